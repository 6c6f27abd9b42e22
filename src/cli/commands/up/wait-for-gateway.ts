import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { OpsError } from '../../../state/index.ts';
import type { Cli } from '../../cli.ts';
import { findTarget } from '../../connection/find-target.ts';

/** 90 s: the first start on a slow machine may build its database and keys. */
const START_MS = 90_000;
const LOOK_EVERY_MS = 50;

/**
 * Settles with true when the gateway's port accepts, undefined when `signal` came first.
 * @throws `gateway/timeout`
 */
export async function waitForGateway(cli: Cli, signal: AbortSignal): Promise<true | undefined> {
  const { hostname, port } = new URL(findTarget(cli, {}, 'start the gateway').url);
  const giveUpAt = performance.now() + START_MS;
  while (!signal.aborted) {
    if (await accepts(hostname, Number(port))) return true;
    if (performance.now() > giveUpAt) {
      throw new OpsError(
        'gateway/timeout',
        `cannot start the gateway: it did not listen on ${hostname}:${port} within ${START_MS / 1000} s`,
      );
    }
    await sleep(LOOK_EVERY_MS);
  }
  return undefined;
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1_000 });
    const answer = (yes: boolean) => {
      socket.destroy();
      resolve(yes);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
    socket.once('timeout', () => answer(false));
  });
}
