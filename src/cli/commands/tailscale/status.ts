import { networkInterfaces } from 'node:os';
import { type GatewaySettings, loadConfig, resolveGatewaySettings } from '../../../state/index.ts';
import {
  judgeRoute,
  leadsToGateway,
  type RouteVerdict,
  readRouteRecord,
  readTailnet,
  routeTarget,
  routeUrl,
  type ServeEntry,
  serviceAccount,
  type TailnetReading,
  type Wish,
  wishOf,
} from '../../../supervisor/tailscale/index.ts';
import type { CommandRun } from '../../program/command-spec.ts';
import { tailscaleAccess } from './access.ts';

type Answered = Extract<TailnetReading, { kind: 'answered' }>;
type Verdict =
  | RouteVerdict
  | { kind: 'elsewhere'; entries: readonly ServeEntry[] }
  | { kind: 'unknown'; reason: string };

/** `tailscale status`: what is wanted beside what is there. Exit 0 published, 3 not published, 1 something is wrong. */
export const run: CommandRun = async (cli) => {
  const settings = resolveGatewaySettings(loadConfig(cli.paths, cli.env), cli.env, {}, networkInterfaces());
  const record = readRouteRecord(cli.paths.stateDir);
  const account = serviceAccount(cli.paths.stateDir);
  const wish = wishOf(settings, record);
  const reading = await readTailnet(tailscaleAccess(cli));
  const verdict = judge(reading, wish);
  const rights = reading.kind === 'answered' ? rightsOf(reading, account) : undefined;
  const status = exitStatus(reading, verdict, settings);
  if (cli.out.json) {
    const { mode } = settings.tailscale;
    cli.out.value({
      ok: status === 0,
      mode,
      wish,
      account,
      mayChange: rights?.mayChange,
      verdict,
      recorded: record,
      client: reading,
    });
    return status;
  }
  const row = (label: string, text: string) => cli.out.line(`${label.padEnd(13)}${text}`);
  row('Client', clientText(reading));
  if (reading.kind !== 'answered') return status;
  row(
    'Name',
    `${reading.dnsName || '(none)'} ${reading.addresses.length === 0 ? '' : `(${reading.addresses.join(', ')})`}`,
  );
  row(
    'Certificates',
    reading.certificateNames.length === 0 ? 'off for this tailnet' : reading.certificateNames.join(', '),
  );
  row('Config', `gateway.tailscale.mode ${settings.tailscale.mode}`);
  row('Route', routeText(reading, verdict, wish));
  row('Rights', rights?.text ?? '');
  for (const entry of reading.entries.filter((each) => !leadsToGateway(each, settings.port)))
    row('Others', `${entry.scheme}://${entry.host}${entry.path} → ${entry.target}${flagsOf(entry)}`);
  for (const text of reading.health) row('Warning', text);
  return status;
};

function judge(reading: TailnetReading, wish: Wish): Verdict {
  if (reading.kind !== 'answered') return { kind: 'unknown', reason: 'the client does not answer' };
  if (reading.serveProblem !== undefined) return { kind: 'unknown', reason: reading.serveProblem.said };
  const verdict = judgeRoute(reading.entries, { ...wish, name: reading.dnsName });
  if (verdict.kind === 'published') return verdict;
  const entries = reading.entries.filter((entry) => leadsToGateway(entry, wish.gatewayPort));
  return entries.length > 0 ? { kind: 'elsewhere', entries } : verdict;
}

function exitStatus(reading: TailnetReading, verdict: Verdict, { tailscale }: GatewaySettings): 0 | 1 | 3 {
  if (reading.kind !== 'answered' || reading.state !== 'Running') return tailscale.mode === 'off' ? 3 : 1;
  if (verdict.kind === 'published' || verdict.kind === 'elsewhere') return 0;
  return verdict.kind === 'absent' && tailscale.mode === 'off' ? 3 : 1;
}

function clientText(reading: TailnetReading): string {
  switch (reading.kind) {
    case 'missing':
      return `none: ${reading.reason}`;
    case 'refused':
      return `refuses: ${reading.said}`;
    case 'silent':
      return `does not answer within ${reading.afterMs} ms`;
    case 'answered':
      return `${reading.state} (tailscaled ${reading.version}, asked over ${reading.via === 'socket' ? 'its socket' : 'the program'})`;
  }
}

function routeText({ dnsName }: Answered, verdict: Verdict, wish: Wish): string {
  const route = { ...wish, name: dnsName };
  const wanted = `${routeUrl(route)} → ${routeTarget(route)}`;
  switch (verdict.kind) {
    case 'published':
      return `${wanted}${flagsOf(verdict.entry)}`;
    case 'elsewhere':
      return verdict.entries
        .map((entry) => `${entry.scheme}://${entry.host}${entry.path} → ${entry.target}${flagsOf(entry)}`)
        .join('; ');
    case 'absent':
      return `not published; would be ${wanted}`;
    case 'foreign':
      return `${routeUrl(route)} leads to ${verdict.entry.target}, not to ${routeTarget(route)}${flagsOf(verdict.entry)}`;
    case 'taken':
      return `port ${route.port} is served as plain ${verdict.entry.scheme} to ${verdict.entry.target}`;
    case 'unknown':
      return `unknown: ${verdict.reason}`;
  }
}

function flagsOf({ isFunnel, isForeground }: ServeEntry): string {
  const who = isFunnel ? 'EVERYBODY (Funnel)' : 'tailnet only';
  return `, ${who}, ${isForeground ? 'until the command in a terminal ends' : 'background'}`;
}

function rightsOf({ operator }: Answered, account: string): { mayChange: boolean | undefined; text: string } {
  if (account === 'root' || operator === account)
    return { mayChange: true, text: `${account} may change what is served` };
  if (operator === undefined)
    return { mayChange: undefined, text: `unknown whether ${account} may change what is served` };
  const now = operator === '' ? 'only root may' : `root and ${operator} may`;
  return {
    mayChange: false,
    text: `${now} change what is served; let ${account}: sudo tailscale set --operator=${account}`,
  };
}
