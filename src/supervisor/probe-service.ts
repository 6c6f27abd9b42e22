import { reachableAddress } from './ask-http.ts';
import { readHolder } from './holder-record.ts';
import { askIdentity } from './identity-answer.ts';
import { inspectListeners } from './listeners.ts';
import { probeWebSocket } from './probe-web-socket.ts';
import type { Run } from './run.ts';
import { findRunProcesses } from './run-processes.ts';
import type { ProbeResult } from './service-machine.ts';
import { listStandbys } from './stand-by.ts';

/** How a service proves that it is ready and alive. */
export type Readiness =
  /** Our gateway: identity answer with the child's pid, then a WebSocket echo. It says itself when it starts or waits. */
  | { kind: 'gateway'; stateDir: string }
  /** Any HTTP server: an answer below 500 from a listener that a process of the run has open. */
  | { kind: 'http'; url: string }
  /** Any WebSocket server: handshake and echo. */
  | { kind: 'web-socket'; url: string }
  /** A program without a listener is ready while it runs. */
  | { kind: 'alive' };

/** Asks a running service whether it serves. Bounded by `timeoutMs` per question. */
export async function probeService(readiness: Readiness, run: Run, timeoutMs: number): Promise<ProbeResult> {
  switch (readiness.kind) {
    case 'gateway':
      return probeGateway(readiness.stateDir, run, timeoutMs);
    case 'http':
      return probeHttp(readiness.url, run, timeoutMs);
    case 'web-socket':
      return fromEcho(await probeWebSocket(readiness.url, timeoutMs));
    case 'alive':
      return { kind: 'ready' };
  }
}

async function probeGateway(stateDir: string, run: Run, timeoutMs: number): Promise<ProbeResult> {
  const reading = await readHolder(stateDir);
  const record = reading.kind === 'present' ? reading.record : undefined;
  if (record === undefined || record.pid !== run.pid || record.startTicks !== run.startTicks) {
    const waits = listStandbys(stateDir).some((s) => s.pid === run.pid && s.startTicks === run.startTicks);
    if (!waits) return { kind: 'starting', deadlineMs: undefined };
    return {
      kind: 'standby',
      owner: record === undefined ? 'an owner without a record' : `pid ${record.pid}`,
    };
  }
  if (record.state.name === 'starting' || record.state.name === 'stopping') {
    return { kind: 'starting', deadlineMs: record.state.deadlineMonotonicMs };
  }
  const [first] = record.addresses;
  if (first === undefined) return { kind: 'silent', why: 'it names no address' };
  const { address, port } = splitAddress(first);
  const answer = await askIdentity({ address, port, timeoutMs });
  if (answer.kind === 'silent') return { kind: 'silent', why: `no answer within ${timeoutMs} ms` };
  if (answer.kind !== 'identity')
    return { kind: 'silent', why: answer.kind === 'other' ? answer.said : answer.reason };
  if (answer.identity.pid !== run.pid)
    return { kind: 'silent', why: `pid ${answer.identity.pid} answers instead` };
  return fromEcho(await probeWebSocket(`${answer.scheme === 'https' ? 'wss' : 'ws'}://${first}/`, timeoutMs));
}

async function probeHttp(url: string, run: Run, timeoutMs: number): Promise<ProbeResult> {
  const port = Number(new URL(url).port || (url.startsWith('https:') ? 443 : 80));
  const members = new Set(findRunProcesses(run).map((facts) => facts.pid));
  const listens = inspectListeners({ port }).some((socket) => socket.holders.some((h) => members.has(h.pid)));
  if (!listens) return { kind: 'silent', why: `no process of it listens on port ${port}` };
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
    await response.body?.cancel();
    if (response.status < 500) return { kind: 'ready' };
    return { kind: 'silent', why: `HTTP ${response.status}` };
  } catch (thrown) {
    return { kind: 'silent', why: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

function fromEcho(echo: Awaited<ReturnType<typeof probeWebSocket>>): ProbeResult {
  return echo.kind === 'echo' ? { kind: 'ready' } : { kind: 'silent', why: echo.why };
}

/** `127.0.0.1:80`, `[::1]:80`; a wildcard is asked through the loopback of its family. */
function splitAddress(text: string): { address: string; port: number } {
  const cut = text.lastIndexOf(':');
  const host = text.slice(0, cut).replace(/^\[|\]$/g, '');
  return { address: reachableAddress(host), port: Number(text.slice(cut + 1)) };
}
