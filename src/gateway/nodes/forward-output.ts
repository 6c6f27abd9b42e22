import { EXEC_OUTPUT_EVENT, type ExecOutput } from '../../protocol/index.ts';
import type { GatewayCore } from '../core.ts';
import type { ReadyConnection } from '../session/connections.ts';
import type { RememberedInvoke } from './invoke-memory.ts';

/** A piece of output as a node sends it: ours in `exec.output`, protocol 4 in `node.invoke.progress`. */
export type OutputChunk = ExecOutput | { invokeId: string; seq: number; chunk: string };

/**
 * Passes a chunk of output on to the connections that wait for that very call and asked for a stream. Protocol 4 names
 * neither run nor stream: the run is the one the caller named, the stream is `stdout`. Chunks for a peer that does not
 * read are left out: the final result carries the output again.
 * @returns whether anybody wanted it
 */
export function forwardOutput(core: GatewayCore, node: ReadyConnection, chunk: OutputChunk): boolean {
  if (!core.invokes.belongsTo(chunk.invokeId, node)) return false;
  const running = core.memory.findRunning(chunk.invokeId);
  if (running?.streamsTo === undefined) return false;
  const output = 'chunk' in chunk ? outputOf(chunk, running.streamsTo) : chunk;
  for (const waiter of core.connections) {
    if (running.waiters.has(waiter.id) && !waiter.isSlow) waiter.sendEvent(EXEC_OUTPUT_EVENT, output);
  }
  return true;
}

/** The run a caller wants to see the output of, from the parameters it calls with (see exec-output.ts of the protocol). */
export function streamWanted(params: unknown): RememberedInvoke['streamsTo'] {
  if (typeof params !== 'object' || params === null || !('stream' in params) || params.stream !== true)
    return undefined;
  const runId = 'runId' in params ? params.runId : undefined;
  return { runId: typeof runId === 'string' ? runId : '' };
}

function outputOf(
  { invokeId, seq, chunk }: { invokeId: string; seq: number; chunk: string },
  { runId }: { runId: string },
): ExecOutput {
  return { invokeId, runId, stream: 'stdout', seq, text: chunk };
}
