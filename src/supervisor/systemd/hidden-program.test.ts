import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OpsError } from '../../state/index.ts';
import { refuseHiddenProgram } from './hidden-program.ts';

const adviceOf = (command: readonly string[], root: string): string[] | undefined => {
  try {
    refuseHiddenProgram(command, root);
    return undefined;
  } catch (error) {
    assert.ok(error instanceof OpsError);
    return error.remedies.map((remedy) => (remedy.kind === 'run' ? remedy.command.join(' ') : remedy.text));
  }
};

test('a program that the sandbox of a machine service hides is refused, with a copy that it sees', () => {
  const clone = '/home/alice/clawdbot-supervisor';
  const copy = [
    `sudo cp -r ${clone} /opt/clawdbot`,
    'sudo /opt/clawdbot/bin/clawdbot.js gateway install --system',
  ];
  const script = `${clone}/bin/clawdbot.js`;
  assert.deepEqual(adviceOf([`${clone}/node_modules/node/bin/node`, script], clone), copy);
  assert.deepEqual(adviceOf(['/usr/bin/node', script], clone), copy);
  assert.deepEqual(adviceOf(['/root/.nvm/versions/node/v24/bin/node', '/opt/c/bin/clawdbot.js'], '/opt/c'), [
    'use a Node.js that is installed for every account',
  ]);
  assert.equal(adviceOf(['/usr/bin/node', '/opt/c/bin/clawdbot.js'], '/opt/c'), undefined);
});
