import type { Ask, Security } from '../../approvals/index.ts';
import { type LoadedConfig, OpsError } from '../../state/index.ts';
import type { Options } from '../program/command-spec.ts';
import { hasOption, numberOption, textOption, textsOption } from '../program/option-values.ts';

/** What `nodes run` was told to run, before anybody was asked. */
export type RunRequest = {
  node: string;
  /** Parameters of `system.run` without approval fields. */
  params: {
    command: readonly string[];
    rawCommand?: string;
    cwd?: string;
    env?: Readonly<Record<string, string>>;
    timeoutMs?: number;
    needsScreenRecording: boolean;
    agentId: string;
  };
  /** What a person is shown and an approval is bound to: the raw text, else the words joined by spaces. */
  commandText: string;
  security: Security;
  ask: Ask;
  invokeTimeoutMs: number;
  approvalTimeoutMs: number;
  /** Wait for somebody to come and decide. Otherwise the answer is no at once when no approver is connected. */
  waitForPerson: boolean;
};

const INVOKE_TIMEOUT_MS = 30_000;
const APPROVAL_TIMEOUT_MS = 120_000;
const STRICTNESS: readonly Security[] = ['full', 'allowlist', 'deny'];
const ASKING: readonly Ask[] = ['off', 'on-miss', 'always'];

/**
 * Reads the options of `nodes run`. Security and ask are the stricter of option and config (exec-approvals §10).
 * @throws `usage` in the reference's words
 */
export function readRunRequest(
  args: readonly string[],
  options: Options,
  { config }: LoadedConfig,
): RunRequest {
  const raw = textOption(options, 'raw');
  if (raw !== undefined && args.length > 0) throw usage('use --raw or argv, not both');
  if (raw === undefined && args.length === 0) throw usage('command required');
  if (raw?.trim() === '') throw usage('command required');
  const node = textOption(options, 'node') ?? config.tools.exec.node;
  if (node === undefined) throw usage('node required (set --node or tools.exec.node)');
  const cwd = textOption(options, 'cwd');
  const env = readEnvironment(textsOption(options, 'env'));
  const timeoutMs = numberOption(options, 'commandTimeout');
  return {
    node,
    params: {
      // A login shell, as the reference's --raw; a Windows node is the real program's business.
      command: raw === undefined ? args : ['/bin/sh', '-lc', raw],
      ...(raw === undefined ? {} : { rawCommand: raw }),
      ...(cwd === undefined ? {} : { cwd }),
      ...(env === undefined ? {} : { env }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      needsScreenRecording: hasOption(options, 'needsScreenRecording'),
      agentId: textOption(options, 'agent') ?? 'main',
    },
    commandText: raw ?? args.join(' '),
    security: later(STRICTNESS, config.tools.exec.security ?? 'allowlist', textOption(options, 'security')),
    ask: later(ASKING, config.tools.exec.ask ?? 'on-miss', textOption(options, 'ask')),
    invokeTimeoutMs: numberOption(options, 'invokeTimeout') ?? Math.max(INVOKE_TIMEOUT_MS, timeoutMs ?? 0),
    approvalTimeoutMs: numberOption(options, 'approvalTimeout') ?? APPROVAL_TIMEOUT_MS,
    // In a script nobody sees the question; two silent minutes would only hide the no.
    waitForPerson: process.stderr.isTTY === true || numberOption(options, 'approvalTimeout') !== undefined,
  };
}

/** The word that stands later in the list. */
export function later<T extends string>(order: readonly T[], present: T, wanted: string | undefined): T {
  const words: readonly string[] = order;
  const at = words.indexOf(wanted ?? '');
  return order[Math.max(order.indexOf(present), at)] ?? present;
}

/** The order of {@link Security} from lax to strict, and of {@link Ask} from never to always. */
export const ORDER = { security: STRICTNESS, ask: ASKING } as const;

/** `--env NAME=VALUE` options as an object, undefined when there are none. @throws `usage` */
export function readEnvironment(
  pairs: readonly string[],
  intention = INTENTION,
): Record<string, string> | undefined {
  if (pairs.length === 0) return undefined;
  const env = pairs.map((pair): [string, string] => {
    const cut = pair.indexOf('=');
    if (cut < 1) throw usage(`--env ${JSON.stringify(pair.slice(0, 20))} is not NAME=VALUE`, intention);
    return [pair.slice(0, cut), pair.slice(cut + 1)];
  });
  return Object.fromEntries(env);
}

const INTENTION = 'run a command on a node';

function usage(why: string, intention = INTENTION): OpsError {
  return new OpsError('usage', `cannot ${intention}: ${why}`, {
    remedies: [{ kind: 'run', command: ['clawdbot', 'nodes', 'run', '--help'] }],
  });
}
