import type { Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import { CLOSE } from '../protocol/index.ts';
import type { GatewayCore } from './core.ts';
import type { StopOptions } from './gateway-options.ts';
import type { HandshakeDeadlines } from './session/handshake-deadlines.ts';

type Parts = { core: GatewayCore; servers: readonly Server[]; deadlines: HandshakeDeadlines };

/** A polite peer answers the close frame within a round trip; the others are cut after this. */
const CLOSE_WAIT_MS = 1_000;
/** 50 ms: a request follows its connection within a round trip. */
const ANSWER_WAIT_MS = 50;

/**
 * The order of a stop: announce, accept nobody new, let running calls finish, close, cut. Afterwards no connection is
 * left that could still call into the gateway.
 */
export async function drain({ core, servers, deadlines }: Parts, options: StopOptions): Promise<void> {
  const { reason, restartExpectedMs = null, graceMs, hurry } = options;
  core.isDraining = true;
  core.connections.broadcast('shutdown', { reason, restartExpectedMs });
  for (const server of servers) stopListening(server);
  await waitUntil(() => core.invokes.size === 0 || hurry?.aborted === true, graceMs);
  const open = [...core.connections];
  const strangers = [...deadlines, ...core.waiting];
  deadlines.stop();
  core.waiting.stop();
  for (const connection of [...open, ...strangers]) connection.close(CLOSE.restart, 'service restart');
  await waitUntil(() => core.connections.size === 0, CLOSE_WAIT_MS);
  for (const connection of [...open, ...strangers]) connection.terminate();
  await answerAccepted(servers);
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
  // The ends of the sockets just cut are reported in a later turn, and write to the database.
  await waitUntil(() => core.connections.size === 0, CLOSE_WAIT_MS);
}

/**
 * `close` of an HTTP server also cuts what it calls idle, and a connection that was accepted a moment ago and has not
 * sent its request yet is among that. Only the listener ends here.
 */
function stopListening(server: Server): void {
  NetServer.prototype.close.call(server);
}

/** Gives requests on the way their answer: one round trip on a network is enough. */
async function answerAccepted(servers: readonly Server[]): Promise<void> {
  const counts = await Promise.all(servers.map(countConnections));
  if (counts.every((count) => count === 0)) return;
  await new Promise((resolve) => setTimeout(resolve, ANSWER_WAIT_MS));
}

function countConnections(server: Server): Promise<number> {
  return new Promise((resolve) => server.getConnections((_, count) => resolve(count ?? 0)));
}

async function waitUntil(isTrue: () => boolean, limitMs: number): Promise<void> {
  const giveUpAt = performance.now() + limitMs;
  while (!isTrue() && performance.now() < giveUpAt) await new Promise((resolve) => setTimeout(resolve, 5));
}
