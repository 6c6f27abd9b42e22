import type { ServiceStatusView, StarterView } from '../protocol/index.ts';
import { describeStarter, formatAge, type Starter } from '../supervisor/index.ts';
import { leadsToGateway } from '../supervisor/tailscale/index.ts';
import { contextOf, type DiagnoseOptions } from './diagnose.ts';
import { type CollectedFacts, collectFacts } from './engine/collect-facts.ts';
import { COLLECTORS } from './facts/collectors.ts';
import type { Context } from './facts/context.ts';
import type { FactName, Facts } from './facts/facts.ts';
import type { TailnetFact } from './facts/tailnet.ts';
import type { UnitView } from './facts/units.ts';

const NAMES = [
  'config',
  'owner',
  'port',
  'units',
  'gatewayService',
  'supervisor',
  'tailnet',
] as const satisfies readonly FactName[];

/** Ten ends are enough to see a pattern. */
const ENDS = 10;
const TOTAL_MS = 3_000;

/**
 * Who owns the gateway's service, who would be next, who listens, and what became of the former owners: the facts of the
 * doctor without a judgement. What cannot be found out is named in `unknown`. Never throws, ends within 3 s.
 */
export async function describeService(options: DiagnoseOptions = {}): Promise<ServiceStatusView> {
  const context = contextOf(options);
  const facts = await collectFacts<Facts, Context>({
    collectors: COLLECTORS,
    names: NAMES,
    context,
    totalMs: options.totalMs ?? TOTAL_MS,
  });
  return { ...serviceViewOf(facts), generatedAt: new Date(context.nowMs).toISOString() };
}

/** The facts in the form of the protocol. Pure. */
function serviceViewOf(facts: CollectedFacts<Facts>): Omit<ServiceStatusView, 'generatedAt'> {
  const { owner, units, port, tailnet, supervisor, config } = known(facts);
  const present =
    owner?.reading.kind === 'present' && owner.fate?.kind !== 'gone' ? owner.reading.record : undefined;
  const gateways = (units?.units ?? []).filter(({ kind }) => kind === 'gateway');
  const listeners = port === undefined ? [] : port.kind === 'taken' ? port.listeners : port.nearby;
  const view: Omit<ServiceStatusView, 'generatedAt' | 'summary'> = {
    schemaVersion: 1,
    owner:
      present === undefined
        ? null
        : {
            pid: present.pid,
            uid: present.uid,
            version: present.version,
            state: present.state.name,
            startedBy: starterView(present.starter),
            sinceMs: present.since.wallMs,
            addresses: present.addresses,
            hasLock: owner?.hasLock ?? 'unknown',
          },
    standbys: (owner?.standbys ?? []).map(({ pid, startedBy, sinceMs }) => ({ pid, startedBy, sinceMs })),
    units: gateways.map(unitView),
    ends: endsOf(facts),
    listeners: listeners.map(({ address, port: number, class: whose, holders, hidden }) => ({
      address,
      port: number,
      class: whose,
      holders: holders.map(({ pid, uid, name, starter, ageMs }) => ({
        pid,
        uid,
        name,
        startedBy: describeStarter(starter),
        ageMs,
      })),
      ...(hidden === undefined ? {} : { hidden }),
    })),
    route: routeOf(tailnet, config?.settings.port),
    supervisor:
      supervisor?.kind === 'running'
        ? {
            pid: supervisor.supervisor.pid,
            services: supervisor.services.map(({ name, state, deaths, givenUp }) => ({
              name,
              state: state.name,
              restarts: deaths.length,
              ...(givenUp === undefined ? {} : { givenUp: givenUp.reason }),
            })),
          }
        : null,
    unknown: NAMES.flatMap((name) => {
      const fact = facts[name];
      return fact === undefined || fact.kind === 'known' ? [] : [`${name}: ${fact.why}`];
    }),
  };
  return { ...view, summary: summaryOf(view) };
}

type KnownFacts = { [K in FactName]?: Facts[K] };

function known(facts: CollectedFacts<Facts>): KnownFacts {
  const entries = Object.entries(facts).flatMap(([name, fact]) =>
    fact.kind === 'known' ? [[name, fact.value]] : [],
  );
  // The same names with the values that were found for them.
  return Object.fromEntries(entries) as KnownFacts;
}

function starterView(starter: Starter): StarterView {
  const text = describeStarter(starter);
  if (starter.kind !== 'unit') return { kind: starter.kind, text };
  const { unit, scope, invocationId } = starter;
  return { kind: 'unit', text, unit, scope, ...(invocationId === undefined ? {} : { invocationId }) };
}

function unitView({ unit, scope, path, product, isOurs, enabled, loaded }: UnitView) {
  const view = { unit, scope, path, product, isOurs, enabled };
  if (loaded === undefined) return view;
  const { activeState, subState, mainPid, restarts, statusText } = loaded;
  return { ...view, activeState, subState, mainPid, restarts, statusText };
}

/** Of systemd's service and of what `clawdbot up` supervises, by time. */
function endsOf(facts: CollectedFacts<Facts>): ServiceStatusView['ends'] {
  const { gatewayService, supervisor } = known(facts);
  const bySystemd = (gatewayService?.history ?? []).map(({ atMs, cause, final }) => ({
    service: gatewayService?.unit.name ?? '',
    atMs,
    cause,
    gaveUp: final,
  }));
  const services =
    supervisor?.kind === 'running'
      ? supervisor.services
      : supervisor?.kind === 'absent'
        ? supervisor.last
        : [];
  const bySupervisor = services.flatMap(({ name, deaths, givenUp }) =>
    deaths.map(({ at, cause }, index) => ({
      service: name,
      atMs: at.wallMs,
      cause,
      gaveUp: givenUp !== undefined && index === deaths.length - 1,
    })),
  );
  return [...bySystemd, ...bySupervisor].toSorted((a, b) => a.atMs - b.atMs).slice(-ENDS);
}

function routeOf(tailnet: TailnetFact | undefined, port: number | undefined): ServiceStatusView['route'] {
  if (tailnet?.reading.kind !== 'answered' || port === undefined) return null;
  const entry = tailnet.reading.entries.find((each) => leadsToGateway(each, port));
  if (entry === undefined) return null;
  const { host, path, target, isFunnel } = entry;
  return { url: `https://${host.replace(/:443$/, '')}${path}`, target, isFunnel };
}

function summaryOf({
  owner,
  standbys,
  units,
  listeners,
}: Omit<ServiceStatusView, 'generatedAt' | 'summary'>): string {
  const waiting =
    standbys.length === 0 ? '' : `; ${standbys.length} stand${standbys.length === 1 ? 's' : ''} by`;
  if (owner !== null) {
    const age = formatAge(Date.now() - owner.sinceMs);
    return `pid ${owner.pid}, started by ${owner.startedBy.text}, is ${owner.state} for ${age}${waiting}`;
  }
  const other = listeners[0]?.holders[0];
  if (other !== undefined)
    return `no gateway of ours; pid ${other.pid} (${other.name}) has the port${waiting}`;
  const unit = units.find(({ isOurs }) => isOurs);
  return unit === undefined
    ? 'no gateway runs and no service is installed'
    : `no gateway runs; ${unit.unit} is ${unit.activeState ?? 'not visible'}`;
}
