import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { basename } from 'node:path';
import { after, test } from 'node:test';
import { execa } from 'execa';
import findProcess from 'find-process';
import psList from 'ps-list';
import { networkConnections } from 'systeminformation';
import { inspectListeners } from '../../src/supervisor/index.ts';
import { PATIENCE_MS } from '../patience.ts';

// Our reader of /proc asks nobody; four programs that ask in other ways have to see the same.
const program = `
  const server = require('node:net').createServer().listen(0, '127.0.0.1', () => console.log(server.address().port));
`;
const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
after(() => child.kill());
const port = Number(String((await once(child.stdout, 'data'))[0]));
const [ours] = inspectListeners({ port });
const [holder] = ours?.holders ?? [];

test('the holder of a port is the one that ss names', async () => {
  const { stdout } = await execa('ss', ['-Hltnp', `sport = :${port}`], { timeout: PATIENCE_MS });
  assert.match(stdout, new RegExp(`pid=${holder?.pid},`));
  assert.ok(stdout.includes(ours?.address ?? 'no address'), stdout);
});

test('the holder of a port is the one that find-process names', async () => {
  const [found] = await findProcess('port', port);
  assert.equal(found?.pid, holder?.pid);
});

test('the holder of a port is the one that systeminformation names', async () => {
  const found = (await networkConnections()).find(
    (each) => each.localPort === String(port) && each.state === 'LISTEN',
  );
  assert.equal(found?.pid, holder?.pid);
});

test('program, parent and account of the holder are those that ps-list tells', async () => {
  const listed = (await psList()).find(({ pid }) => pid === holder?.pid);
  assert.equal(listed?.uid, holder?.uid);
  assert.equal(listed?.ppid, process.pid);
  assert.equal(listed?.name, holder?.program && basename(holder.program));
});
