import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ended, Running } from '../cli/driver.ts';
import { startUp, type Up } from '../cli/up-driver.ts';
import { PATIENCE_MS } from '../patience.ts';

/** A gateway, its node `box` and the command line, each a process of its own. */
export type Flow = Up & {
  nodeId: string;
  /** A private copy of `/usr/bin/touch`: whether it ran is seen in the directory. */
  tool: string;
  /** A path that only exists once `tool` ran with it. */
  marker(name: string): string;
  /** `nodes run` on the node, without waiting for a person. */
  /** Starts a command and lets it run. */
  start(args: readonly string[]): Running;
  runOnNode(...words: string[]): Promise<Ended>;
  /** `nodes run` that waits for a person; gives the question's id. */
  ask(...words: string[]): Promise<{ waiting: Running; id: string }>;
  /** One method of the gateway; its payload, or the text of the refusal. */
  call(method: string, params: object): Promise<{ status: number | null; payload: unknown; stderr: string }>;
  log(): Promise<LogRow[]>;
};

export type LogRow = {
  action: string;
  subject: string;
  atMs: number;
  actor: string;
  detail: Record<string, unknown>;
};

/** Starts everything in a home of its own. */
export async function startFlow(t: TestContext): Promise<Flow> {
  const up = await startUp(t);
  mkdirSync(join(up.home, 'bin'), { mode: 0o700 });
  const tool = join(up.home, 'bin', 'mark');
  copyFileSync('/usr/bin/touch', tool);
  const call: Flow['call'] = async (method, params) => {
    const ended = await up.run(['gateway', 'call', method, '--json', '--params', JSON.stringify(params)]);
    return {
      status: ended.status,
      payload: ended.status === 0 ? JSON.parse(ended.stdout) : undefined,
      stderr: ended.stderr,
    };
  };
  const { payload } = await call('node.list', {});
  const [node] = (payload as { nodes: { nodeId: string }[] }).nodes; // shape: gateway-protocol §15
  assert.ok(node !== undefined);
  return {
    ...up,
    nodeId: node.nodeId,
    tool,
    marker: (name) => join(up.home, name),
    start: (args) => up.start([...args]),
    runOnNode: (...words) => up.run(['nodes', 'run', '--node', 'box', '--', ...words]),
    ask: async (...words) => {
      const waiting = up.start([
        'nodes',
        'run',
        '--node',
        'box',
        '--approval-timeout',
        '60000',
        '--',
        ...words,
      ]);
      await waiting.until(/approvals allow (\S+)/);
      const id = /approvals allow (\S+)/.exec(waiting.output.stderr)?.[1] ?? '';
      await until(async () => (await up.run(['approvals', 'pending', '--json'])).stdout.includes(id));
      return { waiting, id };
    },
    call,
    log: async () => {
      const { stdout } = await up.run(['approvals', 'log', '--json', '--limit', '500']);
      return (JSON.parse(stdout) as { rows: LogRow[] }).rows; // what `approvals log` prints
    },
  };
}

/** Waits for a condition. */
export async function until(isTrue: () => Promise<boolean> | boolean): Promise<void> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  while (!(await isTrue())) {
    if (performance.now() > giveUpAt) throw new Error(`waited in vain for ${isTrue}`);
    await sleep(50);
  }
}
