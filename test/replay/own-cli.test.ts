/** Our command line talks to recorded gateways: does it ask what the published one asked, and understand the answers? */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { CLI_RECORDINGS, examineCommand } from '../interop/examine-cli.ts';
import { CLI_DIFFERENCES, type DeliberateDifference, idle, unexplained } from './deliberate-differences.ts';

const used = new Set<DeliberateDifference>();
const cases = Object.entries(CLI_RECORDINGS).flatMap(([name, list]) =>
  list.map((recording) => ({ name, recording })),
);
let examined = 0;

describe('our command line understands recorded gateways', { concurrency: 4 }, () => {
  for (const { name, recording } of cases)
    test(`${name}: ${recording.args.slice(0, 2).join(' ')}`, async () => {
      const { differences, unrecorded, fits, end } = await examineCommand('own', name, recording);
      assert.ok(fits, `ended with ${end.exitCode}\n${end.stdout}${end.stderr}`);
      assert.deepEqual(unrecorded, [], 'it asked what the published one did not ask');
      assert.deepEqual(unexplained(CLI_DIFFERENCES, name, differences, used), []);
      examined += 1;
    });

  after(() => {
    if (examined < cases.length) return; // a selection was run, or something failed
    assert.deepEqual(idle(CLI_DIFFERENCES, used), [], 'listed differences that no recording meets any more');
  });
});
