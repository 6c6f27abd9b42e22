import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { cleanUp } from '../../clean-up.ts';
import { run, start } from '../../cli/driver.ts';
import { freePort } from '../../free-port.ts';
import { startForwardingProxy } from '../../interop/lib/forwarding-proxy.ts';
import { gatewayAnswers, type Setup, until } from '../setup.ts';

/** A gateway of another machine, as far as a node can tell. */
export type RemoteGateway = { port: number; token: string; approveAll: () => Promise<void> };

const started = new WeakMap<Setup, RemoteGateway>();
const TOKEN = 'remote-token-0123456789abcdef';

/** Starts it once for a setup, in a home of its own behind a proxy. */
export async function remoteGateway(setup: Setup): Promise<RemoteGateway> {
  const known = started.get(setup);
  if (known !== undefined) return known;
  const { t } = setup;
  const home = join(setup.home, '.cache', 'remote');
  mkdirSync(join(home, '.clawdbot'), { recursive: true, mode: 0o700 });
  const port = await freePort();
  const gateway = { mode: 'local', port, auth: { mode: 'token', token: TOKEN } };
  writeFileSync(join(home, '.clawdbot', 'clawdbot.json'), JSON.stringify({ gateway }), { mode: 0o600 });
  start(t, ['gateway', 'run'], { home });
  await until('the remote gateway to answer', () => gatewayAnswers(port));
  const approveAll = async (): Promise<void> => {
    const { stdout } = await run(t, ['devices', 'list', '--json'], { home });
    for (const { requestId } of JSON.parse(stdout).pending)
      await run(t, ['devices', 'approve', requestId], { home });
  };
  const remote = { port: await startProxy(t, port), token: TOKEN, approveAll };
  started.set(setup, remote);
  return remote;
}

/** A port through which a gateway of this machine sees clients from elsewhere. */
export async function startProxy(t: TestContext, targetPort: number): Promise<number> {
  const stack = new AsyncDisposableStack();
  cleanUp(t, () => stack.disposeAsync());
  return startForwardingProxy(stack, { targetPort });
}
