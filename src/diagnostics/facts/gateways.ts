import { existsSync, readFileSync } from 'node:fs';
import { askIdentity, identityHash, inspectListeners, type Listener } from '../../supervisor/index.ts';
import type { Context } from './context.ts';

/** A gateway that listens somewhere on this machine. */
export type SeenGateway = {
  pid: number;
  uid: number;
  address: string;
  port: number;
  /** `ours`: of this state directory. `other-state`: of another one. `real`: a Clawdbot, Moltbot or OpenClaw. */
  whose: 'ours' | 'other-state' | 'real';
  version: string | undefined;
  startedBy: Listener['holders'][number]['starter'];
};

export type GatewaysFact = { gateways: readonly SeenGateway[]; hidden: number };

/** 300 ms: gateways answer in 20 ms; this runs beside the question to the configured port. */
const ANSWER_MS = 300;

/** Finds every gateway by its listener: programs that call themselves one are asked who they are. */
export async function collectGateways({ paths }: Context): Promise<GatewaysFact> {
  const listeners = inspectListeners();
  const own = existsSync(paths.stateDir) ? identityHash(paths.stateDir) : '';
  const candidates = new Map<string, Listener>();
  for (const listener of listeners) {
    const pid = listener.holders.find(looksLikeGateway)?.pid;
    if (pid !== undefined) candidates.set(`${pid} ${listener.port}`, listener);
  }
  const gateways = await Promise.all([...candidates.values()].map((listener) => ask(listener, own)));
  return {
    gateways: gateways.filter((seen) => seen !== undefined),
    hidden: listeners.filter(({ hidden }) => hidden !== undefined).length,
  };
}

async function ask(listener: Listener, own: string): Promise<SeenGateway | undefined> {
  const holder = listener.holders.find(looksLikeGateway);
  if (holder === undefined) return undefined;
  const { pid, uid, starter: startedBy } = holder;
  const { address, port } = listener;
  const answer = await askIdentity({ address: reachable(address), port, timeoutMs: ANSWER_MS });
  const shared = { pid, uid, address, port, startedBy };
  if (answer.kind === 'identity' && answer.identity.pid === pid) {
    const { stateDirHash, version } = answer.identity;
    return { ...shared, whose: stateDirHash === own ? 'ours' : 'other-state', version };
  }
  // A real gateway opens ports besides its main one; that one answers HTTP.
  return isRealGateway(pid) && answer.kind === 'other'
    ? { ...shared, whose: 'real', version: undefined }
    : undefined;
}

/** Who might be a gateway and is worth a question. Never a proof (F-09). */
function looksLikeGateway({ pid, name }: { pid: number; name: string }): boolean {
  return /^(node|bun|clawdbot|moltbot|openclaw)/.test(name) && /gateway|clawdbot/.test(commandLine(pid));
}

/** The real programs set their title to `clawdbot-gateway` or `openclaw-gateway` (cli-and-state §4). */
function isRealGateway(pid: number): boolean {
  return /^(clawdbot|moltbot|openclaw)-gateway\b/.test(commandLine(pid));
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}

function reachable(address: string): string {
  if (address === '0.0.0.0') return '127.0.0.1';
  return address === '::' ? '::1' : address;
}
