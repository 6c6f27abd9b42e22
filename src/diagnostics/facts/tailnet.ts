import { errorText } from '../../state/index.ts';
import type { ConfigFact } from './config.ts';
import type { Context } from './context.ts';
import { parseServeStatus, parseTailnetStatus, type ServeEntry } from './parse-tailnet.ts';
import { type HelperEnd, runHelper } from './run-helper.ts';

export type TailnetFact =
  /** Neither wanted by the config nor installed. */
  | { kind: 'none' }
  /** Wanted, and there is no client. */
  | { kind: 'missing' }
  | { kind: 'silent'; afterMs: number; said: string }
  | { kind: 'refused'; said: string }
  | {
      kind: 'answered';
      /** `NoState`, `NeedsLogin`, `NeedsMachineAuth`, `Stopped`, `Starting`, `Running`. */
      state: string;
      /** Name in the tailnet without the final dot. */
      dnsName: string;
      entries: readonly ServeEntry[];
      /** Why what it publishes is not known. */
      serveProblem: string | undefined;
    };

/** 1.5 s: the client asks a daemon on this machine. */
const DEADLINE_MS = 1_500;

/** Asks the tailnet client for its state and for what it publishes. */
export async function collectTailnet(context: Context, { settings }: ConfigFact): Promise<TailnetFact> {
  const ask = (...args: string[]): Promise<HelperEnd> =>
    runHelper({
      program: 'tailscale',
      args,
      deadlineMs: DEADLINE_MS,
      directories: context.helperDirectories,
    });
  const isWanted = settings.tailscale.mode !== 'off' || settings.bind === 'tailnet';
  const [status, serve] = await Promise.all([ask('status', '--json'), ask('serve', 'status', '--json')]);
  if (status.kind === 'missing') return { kind: isWanted ? 'missing' : 'none' };
  if (status.kind === 'late') {
    return { kind: 'silent', afterMs: status.afterMs, said: firstLine(status.stdout + status.stderr) };
  }
  try {
    const { state, dnsName } = parseTailnetStatus(status.stdout);
    return { kind: 'answered', state, dnsName, ...readServe(serve) };
  } catch (thrown) {
    return { kind: 'refused', said: firstLine(status.stderr) || errorText(thrown) };
  }
}

function readServe(serve: HelperEnd): { entries: readonly ServeEntry[]; serveProblem: string | undefined } {
  if (serve.kind !== 'ended') return { entries: [], serveProblem: `tailscale serve status: ${serve.kind}` };
  if (serve.status !== 0) {
    const said = firstLine(serve.stderr) || firstLine(serve.stdout);
    return { entries: [], serveProblem: said || `exit status ${serve.status}` };
  }
  try {
    return { entries: parseServeStatus(serve.stdout), serveProblem: undefined };
  } catch (thrown) {
    return { entries: [], serveProblem: firstLine(serve.stderr) || errorText(thrown) };
  }
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0]?.slice(0, 300) ?? '';
}
