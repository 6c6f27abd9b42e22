import type { TestContext } from 'node:test';
import { freePort } from '../free-port.ts';
import { type Ended, privateHome, type Running, run, start } from './driver.ts';

/** A gateway with its local node `box`, started by `clawdbot up`, and commands that talk to it. */
export type Up = {
  home: string;
  port: number;
  env: Record<string, string>;
  running: Running;
  run(args: readonly string[], stdin?: string): Promise<Ended>;
  start(args: readonly string[]): Running;
};

/** Starts `clawdbot up` in a home of its own and waits until the node is paired. */
export async function startUp(t: TestContext): Promise<Up> {
  const home = privateHome(t);
  const port = await freePort();
  const env = { CLAWDBOT_GATEWAY_PORT: String(port) };
  const running = start(t, ['up', '--display-name', 'box'], { home, env });
  await running.until(/Three things to try/);
  return {
    home,
    port,
    env,
    running,
    run: (args, stdin) => run(t, args, { home, env, ...(stdin === undefined ? {} : { stdin }) }),
    start: (args) => start(t, args, { home, env }),
  };
}
