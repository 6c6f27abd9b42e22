import type { Connection } from './connection.ts';

/** Protocol 4 gateways ping this often; two silent intervals stay below the minute of F-63. */
export const PING_INTERVAL_MS = 25_000;

/**
 * One round over all connections: who has not been heard since the last ping is cut off, everybody else is pinged.
 * A peer that vanished without a FIN is gone within two rounds.
 * @returns the connections that were cut off
 */
export function probeLiveness<C extends Connection>(connections: Iterable<C>): C[] {
  const silent: C[] = [];
  for (const connection of connections) {
    if (connection.isAlive) {
      connection.isAlive = false;
      connection.ping();
    } else {
      silent.push(connection);
    }
  }
  for (const connection of silent) connection.terminate();
  return silent;
}
