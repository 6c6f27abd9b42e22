import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../free-port.ts';
import { type Child, type Ended, startChild } from './child.ts';
import { PROXY_HOST } from './forwarding-proxy.ts';
import { scratchHome, until } from './scratch.ts';
import { commandOf, configPathOf, environmentOf, type Software } from './software.ts';

/** A live gateway with its own home and port. */
export type Gateway = {
  software: Software;
  url: string;
  port: number;
  token: string;
  home: string;
  output(): string;
  start(): Promise<void>;
  stop(signal?: NodeJS.Signals): Promise<Ended>;
  /** Stop, then start with the same state. */
  restart(): Promise<void>;
};

/** Starts a gateway in token mode and waits until it listens. It is ended when the stack is disposed. */
export async function startGateway(
  stack: AsyncDisposableStack,
  software: Software,
  /** More keys for the section `gateway` of the config. */
  moreConfig: Readonly<Record<string, unknown>> = {},
  /** A gateway that has stopped and whose home and port this one takes over. */
  former?: { home: string; port: number },
): Promise<Gateway> {
  const home = former?.home ?? scratchHome(stack, `${software}-gateway`);
  const port = former?.port ?? (await freePort());
  const token = 'interop-shared-token-0123456789';
  const file = configPathOf(software, home);
  const present: unknown = former === undefined ? {} : JSON.parse(readFileSync(file, 'utf8'));
  const config = {
    ...Object(present),
    gateway: {
      mode: 'local',
      port,
      bind: 'loopback',
      auth: { mode: 'token', token },
      // Host names are checked by ours only; the published programs refuse a config with a key they do not know
      ...(software === 'own' ? { allowedHosts: [PROXY_HOST] } : {}),
      // OpenClaw answers 403 to forwarded connections unless it knows the proxy
      ...(software === 'openclaw' ? { trustedProxies: ['127.0.0.1'] } : {}),
      ...moreConfig,
    },
    ...(software !== 'own' ? { logging: { file: join(home, 'gateway.log') } } : {}),
  };
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });

  let child: Child | undefined;
  const start = async (): Promise<void> => {
    child = startChild({
      command: commandOf(software, ['gateway', '--port', String(port)]),
      env: environmentOf(software, home),
      cwd: home,
    });
    await answersHttp(port, child);
    // OpenClaw answers HTTP some seconds before it takes connections.
    if (software === 'openclaw') await child.waitForOutput('[gateway] ready');
  };
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> => {
    if (child === undefined) throw new Error('cannot stop a gateway that was never started');
    return child.stop(signal);
  };
  stack.defer(async () => void (child && (await child.stop('SIGTERM', 3_000))));
  await start();
  return {
    software,
    url: `ws://127.0.0.1:${port}`,
    port,
    token,
    home,
    output: () => child?.output() ?? '',
    start,
    stop,
    restart: async () => {
      await stop();
      await start();
    },
  };
}

/** Both gateways answer a plain HTTP request once they serve; what they print differs. */
async function answersHttp(port: number, child: Child): Promise<void> {
  let end: Ended | undefined;
  void child.ended.then((ended) => {
    end = ended;
  });
  await until(`http://127.0.0.1:${port}/ answering`, async () => {
    if (end !== undefined)
      throw new Error(`cannot start the gateway: it ended with ${end.exitCode}\n${child.output()}`);
    const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'HEAD' }).catch(() => undefined);
    return response?.status === 200 ? true : undefined;
  });
}
