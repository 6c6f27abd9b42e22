import { errorText } from '../../state/index.ts';
import { type HelperEnd, runHelper } from '../run-helper.ts';
import { isDenied, saysDenied } from './denial.ts';
import { type Absence, askTailscaled, type LocalAnswer } from './local-api.ts';
import {
  type ClientStatus,
  parseClientStatus,
  parseOperator,
  parseServeConfig,
  type ServeEntry,
} from './parse-answers.ts';

/** How tailscaled is reached; for tests and unusual installations. */
export type TailscaleAccess = {
  /** Default `/var/run/tailscale/tailscaled.sock`. */
  socket?: string | undefined;
  /** Where `tailscale` is looked for instead of the usual directories of root. */
  helperDirectories?: readonly string[] | undefined;
};

/** What the tailnet client says, and what it publishes. */
export type TailnetReading =
  /** No daemon that answers and no program to ask. `reason`: what was looked at. */
  | { kind: 'missing'; reason: string }
  /** The program is there, the daemon does not run. */
  | { kind: 'refused'; said: string }
  | { kind: 'silent'; afterMs: number; said: string }
  | (ClientStatus & {
      kind: 'answered';
      via: 'socket' | 'program';
      entries: readonly ServeEntry[];
      /** Why what it publishes is not known; `isDenied`: this account may not ask. */
      serveProblem: { said: string; isDenied: boolean } | undefined;
      /** The account that may change it besides root; '' for none, undefined when it could not be learnt. */
      operator: string | undefined;
    });

/** 1.5 s: the client asks a daemon on this machine. */
const DEADLINE_MS = 1_500;

/**
 * Asks tailscaled for its state and for what it publishes: over its socket (2 ms), else through the `tailscale` program
 * (a socket elsewhere, as on Synology), which is looked for in directories of root only. Never throws.
 */
export async function readTailnet(access: TailscaleAccess = {}): Promise<TailnetReading> {
  const ask = (path: string): Promise<LocalAnswer> =>
    askTailscaled({ socket: access.socket, path, deadlineMs: DEADLINE_MS });
  const [status, serve, prefs] = await Promise.all([ask('status'), ask('serve-config'), ask('prefs')]);
  if (status.kind === 'late') return { kind: 'silent', afterMs: status.afterMs, said: '' };
  if (status.kind === 'absent') return askProgram(access, status);
  try {
    return {
      kind: 'answered',
      via: 'socket',
      ...parseClientStatus(status.body),
      ...serveOf(serve),
      operator: prefs.kind === 'answered' && prefs.status === 200 ? parseOperator(prefs.body) : undefined,
    };
  } catch (thrown) {
    return { kind: 'refused', said: firstLine(status.body) || errorText(thrown) };
  }
}

type Served = Pick<Extract<TailnetReading, { kind: 'answered' }>, 'entries' | 'serveProblem'>;

function serveOf(serve: LocalAnswer): Served {
  if (serve.kind !== 'answered') return unread(`tailscaled: ${serve.kind}`);
  return serve.status === 200 ? readServe(serve.body) : unread(firstLine(serve.body), isDenied(serve.status));
}

async function askProgram(access: TailscaleAccess, { cause, reason }: Absence): Promise<TailnetReading> {
  const ask = (...args: string[]): Promise<HelperEnd> =>
    runHelper({ program: 'tailscale', args, deadlineMs: DEADLINE_MS, directories: access.helperDirectories });
  const [status, serve] = await Promise.all([ask('status', '--json'), ask('serve', 'status', '--json')]);
  if (status.kind === 'missing') return { kind: 'missing', reason };
  if (status.kind === 'late') {
    // Without a daemon the program waits for one; the socket knew that there is none.
    if (cause === 'down') return { kind: 'refused', said: reason };
    return { kind: 'silent', afterMs: status.afterMs, said: firstLine(status.stdout + status.stderr) };
  }
  try {
    const said = parseClientStatus(status.stdout);
    return { kind: 'answered', via: 'program', ...said, ...serveOfProgram(serve), operator: undefined };
  } catch (thrown) {
    return { kind: 'refused', said: firstLine(status.stderr) || errorText(thrown) };
  }
}

function serveOfProgram(serve: HelperEnd): Served {
  if (serve.kind !== 'ended') return unread(`tailscale serve status: ${serve.kind}`);
  const { status, stdout, stderr } = serve;
  return status === 0
    ? readServe(stdout, firstLine(stderr))
    : unread(firstLine(stderr) || firstLine(stdout) || `exit status ${status}`, saysDenied(stderr + stdout));
}

/** `said`: what the program wrote beside an answer nobody can read. */
function readServe(answer: string, said = ''): Served {
  try {
    return { entries: parseServeConfig(answer), serveProblem: undefined };
  } catch (thrown) {
    return unread(said || errorText(thrown));
  }
}

function unread(said: string, denied = false): Served {
  return { entries: [], serveProblem: { said, isDenied: denied } };
}

/** The first line somebody wrote, for people. */
export function firstLine(said: string): string {
  return said.trim().split('\n')[0]?.slice(0, 300) ?? '';
}
