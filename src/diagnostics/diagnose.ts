import packageFile from '../../package.json' with { type: 'json' };
import { isCheckMeant } from '../protocol/index.ts';
import { accountName, createRedactor, OpsError, resolvePaths, type StatePaths } from '../state/index.ts';
import { CHECKS } from './checks/registry.ts';
import type { Check } from './engine/check.ts';
import { type CollectedFacts, collectFacts } from './engine/collect-facts.ts';
import { doubtNews } from './engine/doubt-news.ts';
import { lookAtRest } from './engine/look-at-rest.ts';
import { makeFindings } from './engine/make-findings.ts';
import { type CheckResult, isProblem, runChecks } from './engine/run-checks.ts';
import { COLLECTORS } from './facts/collectors.ts';
import type { Context } from './facts/context.ts';
import type { FactName, Facts } from './facts/facts.ts';
import { comparable, MOVING, portsOfInterest, stampOfMoment } from './facts/moment.ts';
import { redactReport } from './redact-report.ts';
import type { Report } from './report.ts';

export type DiagnoseOptions = {
  /** Default: that of this process. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Default: worked out from the environment. */
  paths?: StatePaths;
  /** Which manager has the service. Default `user`. */
  scope?: 'user' | 'system';
  /** Only these ids; a group (`port`) stands for all of its checks. Default: all. */
  only?: readonly string[];
  /** No fact is waited for longer, in ms. Default 10 s; each fact has a shorter deadline of its own. */
  totalMs?: number;
  /** Where system programs are looked for instead of /usr/bin and its like; only what root alone can write counts. */
  helperDirectories?: readonly string[];
  /** For tests: the socket of tailscaled. */
  tailscaleSocket?: string;
  /** For tests: where `proc` and `sys` are that tell of memory and WSL. */
  kernelRoot?: string;
};

const TOTAL_MS = 10_000;

/**
 * Looks at one installation and names what is wrong, causes first. Writes nothing, asks nobody, ends in time whatever
 * hangs; no value in the answer is a secret.
 * @throws `usage` for an id in `only` that no check has
 */
export async function diagnose(options: DiagnoseOptions = {}): Promise<Report> {
  const startedAt = performance.now();
  const checks = selectChecks(options.only);
  const names = [...new Set<FactName>(['config', ...checks.flatMap(({ needs }) => needs)])];
  const collect = (context: Context, wanted: readonly FactName[]): Promise<CollectedFacts<Facts>> =>
    collectFacts<Facts, Context>({
      ...{ collectors: COLLECTORS, names: wanted, context },
      totalMs: options.totalMs ?? TOTAL_MS,
    });
  const { looks, isAtRest } = await lookAtRest<Look>({
    look: async () => {
      const own = contextOf(options);
      const found = await collect(own, names);
      return { context: own, facts: found, results: runChecks(checks, found, () => performance.now()) };
    },
    stampOf: ({ facts: found, results: judged }) =>
      judged.some((result) => isProblem(result) && RESTS.onMoving(result))
        ? stampOfMoment(pick(found, comparable(found)), portsOfInterest(found))
        : undefined,
    stampNow: async ({ context: own, facts: found }) => {
      const names = comparable(found);
      const now = await collect(own, names);
      // What does not answer this time has not changed for that.
      const known = { ...pick(found, names), ...pick(now, comparable(now)) };
      return stampOfMoment(pick(known, names), portsOfInterest(found));
    },
    clock: () => performance.now(),
  });
  const { context, facts, results: seenLast } = looks.at(-1) ?? looks[0];
  const earlier = looks.slice(0, -1).map(({ results }) => results);
  const results = isAtRest ? seenLast : doubtNews(seenLast, earlier, RESTS);
  const report: Report = {
    schemaVersion: 1,
    generatedAt: new Date(context.nowMs).toISOString(),
    durationMs: Math.round(performance.now() - startedAt),
    subject: subjectOf(context, facts),
    ...makeFindings(results),
  };
  return redactReport(report, redactorOf(context, facts));
}

/** One look: what was found, and what the checks made of it. */
type Look = { context: Context; facts: CollectedFacts<Facts>; results: readonly CheckResult[] };

function pick(found: CollectedFacts<Facts>, names: readonly FactName[]): CollectedFacts<Facts> {
  return Object.fromEntries(names.map((name) => [name, found[name]]));
}

/** Whether a result rests on facts that do not stand still, and on those for which a gateway was asked. */
const RESTS = {
  onMoving: ({ check }: CheckResult): boolean => check.needs.some((name) => MOVING.includes(name)),
  onAnswers: ({ check }: CheckResult): boolean => check.needs.some((name) => ASKED.includes(name)),
};
const ASKED: readonly FactName[] = ['port', 'probe'];

/** The checks of an `only` list, in the order of the registry. @throws `usage` */
export function selectChecks(only: readonly string[] | undefined): readonly Check[] {
  if (only === undefined || only.length === 0) return CHECKS;
  const lost = only.find((name) => !CHECKS.some(({ id }) => isCheckMeant(id, name)));
  if (lost === undefined) return CHECKS.filter(({ id }) => only.some((name) => isCheckMeant(id, name)));
  throw new OpsError('usage', `cannot check ${JSON.stringify(lost)}: there is no check of that name`, {
    remedies: [{ kind: 'run', command: ['clawdbot', 'doctor', '--list'] }],
  });
}

/** What every fact of a run is gathered for. */
export function contextOf(options: DiagnoseOptions): Context {
  const env = options.env ?? process.env;
  return {
    env,
    paths: options.paths ?? resolvePaths(env),
    scope: options.scope ?? 'user',
    version: packageFile.version,
    uid: process.getuid?.() ?? 0,
    nowMs: Date.now(),
    helperDirectories: options.helperDirectories,
    tailscaleSocket: options.tailscaleSocket,
    kernelRoot: options.kernelRoot,
  };
}

function subjectOf({ paths, uid, version }: Context, { config }: CollectedFacts<Facts>): Report['subject'] {
  return {
    stateDir: paths.stateDir,
    config: paths.config,
    profile: paths.profile ?? 'default',
    account: accountName(uid),
    uid,
    port: config?.kind === 'known' ? config.value.settings.port : undefined,
    version,
  };
}

/** The last net: no check puts a secret into words, and if one ever did, it is masked here. */
function redactorOf({ env }: Context, { config }: CollectedFacts<Facts>) {
  const redactor = createRedactor();
  const { auth, remote } =
    config?.kind === 'known' ? config.value.config.gateway : { auth: undefined, remote: undefined };
  const secrets = [auth?.token, auth?.password, remote?.token, remote?.password];
  for (const secret of [...secrets, env['CLAWDBOT_GATEWAY_TOKEN'], env['CLAWDBOT_GATEWAY_PASSWORD']]) {
    redactor.hide(secret);
  }
  return redactor;
}
