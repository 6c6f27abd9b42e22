import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { configureGateway, installCopy, TOKEN } from '../systemd/installed-copy.ts';
import { until } from '../systemd/until.ts';
import { assertPrinted, readSteps } from './document.ts';
import { openTailnet, type Tailnet, tailnetSkipReason } from './tailnet.ts';

const skip = tailnetSkipReason() ?? false;
let tailnet: Tailnet;

before(async () => {
  if (skip) return;
  tailnet = await openTailnet();
  for (const host of [tailnet.server, tailnet.desktop]) installCopy(host);
  await configureGateway(tailnet.server);
});
after(() => tailnet?.close());

test('every command of docs/tailnet.md prints what the page says', { skip }, async (t) => {
  const steps = readSteps(readFileSync(join(import.meta.dirname, '../../docs/tailnet.md'), 'utf8'));
  assert.ok(steps.length > 15);
  for (const step of steps) {
    await t.test(`${step.machine}$ ${step.command}`, async () => {
      const host = tailnet[step.machine];
      const request = step.command.includes('REQUEST') ? await firstRequest() : '';
      const line = step.command.replace('TOKEN', TOKEN).replace('REQUEST', request);
      await settled(step.command);
      const type = async () => {
        const { stdout, stderr } = await host.alice(['bash', '-c', line]);
        return stdout + stderr;
      };
      let printed = await type();
      // A look that got no answer in time, on a busy machine, is what a person repeats.
      for (let tries = 1; tries < 5 && LOOKS.test(line) && /no answer|not answer/.test(printed); tries += 1)
        printed = await type();
      assertPrinted(step, printed);
    });
  }
});

/** Commands that change nothing. */
const LOOKS = /^clawdbot (doctor|probe|status|nodes status|node status|tailscale status)\b/;

async function firstRequest(): Promise<string> {
  const { stdout } = await tailnet.server.alice(['clawdbot', 'nodes', 'pending', '--json']);
  return JSON.parse(stdout)[0]?.requestId;
}

/** What a person does without noticing: the next command comes when the one before has had its effect. */
async function settled(command: string): Promise<void> {
  const { server } = tailnet;
  const says = async (words: string[], pattern: RegExp) =>
    pattern.test((await server.alice(['clawdbot', ...words])).stdout);
  if (command.startsWith('clawdbot nodes pending'))
    await until('a request', () => says(['nodes', 'pending', '--json'], /requestId/));
  if (command.startsWith('clawdbot node status') || command.startsWith('clawdbot nodes status'))
    await until('the node', () => says(['nodes', 'status', '--json'], /"connected": true/));
  if (command === 'clawdbot doctor')
    await until('the gateway to have read its config', () =>
      says(['gateway', 'call', 'health', '--json'], /"state": "published"/),
    );
  if (command === 'clawdbot tailscale off')
    await until('the gateway to have read its config', () =>
      says(['gateway', 'call', 'health', '--json'], /"state": "off"/),
    );
}
