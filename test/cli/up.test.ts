import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { cleanUp } from '../clean-up.ts';
import { freePort } from '../free-port.ts';
import { PATIENCE_MS } from '../patience.ts';
import { privateHome, run, start } from './driver.ts';
import { startUp } from './up-driver.ts';

test('one command on a fresh home: gateway, paired node, address, three things to try', async (t) => {
  const up = await startUp(t);
  const { stdout } = up.running.output;
  assert.match(stdout, /Created .*clawdbot\.json with a fresh token/);
  assert.match(stdout, /Paired the node of this machine: box/);
  assert.match(stdout, new RegExp(`http://127\\.0\\.0\\.1:${up.port}/\n`), 'no token in a pipe');
  assert.equal(statSync(join(up.home, '.clawdbot', 'clawdbot.json')).mode & 0o777, 0o600);
  const page = await fetch(`http://127.0.0.1:${up.port}/`);
  assert.equal(page.status, 200);
  const status = await up.run(['nodes', 'status', '--json']);
  const [node] = JSON.parse(status.stdout).nodes;
  assert.deepEqual([node.displayName, node.paired, node.connected], ['box', true, true]);
});

test('the printed commands work as they are printed', async (t) => {
  const up = await startUp(t);
  const lines = up.running.output.stdout
    .split('\n')
    .filter((line) => / (nodes|approvals) /.test(line))
    .map((line) => line.trim());
  assert.equal(lines.length, 3);
  const outputs = lines.map((line) =>
    execFileSync('bash', ['--norc', '-c', line], {
      encoding: 'utf8',
      cwd: up.home,
      env: { PATH: process.env['PATH'] },
    }),
  );
  assert.match(outputs[2] ?? '', /^Linux /);
});

test('Ctrl-C stops both, and nothing is left', async (t) => {
  const up = await startUp(t);
  up.running.child.kill('SIGINT');
  const { status } = await up.running.ended;
  assert.equal(status, 0);
  await assert.rejects(fetch(`http://127.0.0.1:${up.port}/`));
  const nodeStatus = await up.run(['node', 'status', '--json']);
  assert.doesNotMatch(nodeStatus.stdout, /"isRunning": true/);
});

test('children of a killed launcher end too', async (t) => {
  const up = await startUp(t);
  up.running.child.kill('SIGKILL');
  await up.running.ended;
  const giveUpAt = performance.now() + PATIENCE_MS;
  const answers = () =>
    fetch(`http://127.0.0.1:${up.port}/`).then(
      () => true,
      () => false,
    );
  while ((await answers()) && performance.now() < giveUpAt) await sleep(50);
  assert.equal(await answers(), false);
});

test('a second start keeps token, pairing and config', async (t) => {
  const up = await startUp(t);
  const config = readFileSync(join(up.home, '.clawdbot', 'clawdbot.json'), 'utf8');
  up.running.child.kill('SIGTERM');
  assert.equal((await up.running.ended).status, 0);
  const again = start(t, ['up', '--display-name', 'box'], { home: up.home, env: up.env });
  await again.until(/Three things to try/);
  assert.match(again.output.stdout, /Connected the node of this machine/);
  assert.equal(readFileSync(join(up.home, '.clawdbot', 'clawdbot.json'), 'utf8'), config);
});

test('a port that somebody else has ends with 78 and the name of the holder', async (t) => {
  const foreign = createServer().listen(0, '127.0.0.1');
  cleanUp(t, () => foreign.close());
  await new Promise((resolve) => foreign.once('listening', resolve));
  const address = foreign.address();
  assert.ok(address !== null && typeof address === 'object');
  const { status, stderr } = await run(t, ['up', '--port', String(address.port)], { home: privateHome(t) });
  assert.equal(status, 78, stderr);
  assert.match(stderr, new RegExp(`pid ${process.pid} `));
});

test('a second gateway of the same state is refused with 78 and names the first', async (t) => {
  const up = await startUp(t);
  const { status, stderr } = await up.run(['gateway', 'run', '--port', String(await freePort())]);
  assert.equal(status, 78);
  assert.match(stderr, /gateway already running \(pid \d+\)/);
});

test('a state directory by option keeps everything but the device key there', async (t) => {
  const home = privateHome(t);
  const stateDir = join(home, 'elsewhere');
  const port = String(await freePort());
  const running = start(t, ['up', '--state-dir', stateDir, '--port', port], { home });
  await running.until(/Three things to try/);
  assert.ok(existsSync(join(stateDir, 'clawdbot.json')));
  assert.ok(!existsSync(join(home, '.clawdbot', 'clawdbot.json')));
  assert.match(running.output.stdout, /CLAWDBOT_STATE_DIR=\S*elsewhere CLAWDBOT_GATEWAY_PORT=\d+ /);
});

test('in remote mode up says that the gateway is elsewhere', async (t) => {
  const home = privateHome(t);
  const set = await run(
    t,
    ['onboard', '--non-interactive', '--accept-risk', '--mode', 'remote', '--remote-url', 'wss://gw.example'],
    { home },
  );
  assert.equal(set.status, 0, set.stderr);
  const { status, stderr } = await run(t, ['up'], { home });
  assert.equal(status, 1);
  assert.match(stderr, /gateway\.mode=remote/);
});

test('logs are read through the gateway, and from the file when it is down', async (t) => {
  const up = await startUp(t);
  const live = await up.run(['logs']);
  assert.equal(live.status, 0);
  assert.match(live.stdout, /Log file: .*gateway\.log\n[\s\S]*listening on ws:\/\/127\.0\.0\.1/);
  const follow = up.start(['logs', '--follow', '--json', '--interval', '100']);
  await follow.until(/"type":"meta"/);
  follow.child.kill('SIGTERM');
  await follow.ended;
  up.running.child.kill('SIGTERM');
  await up.running.ended;
  const down = await up.run(['logs', '--limit', '5']);
  assert.equal(down.status, 0);
  assert.match(down.stdout, /stopped/);
  assert.match(down.stderr, /does not answer; this is its log file/);
  const json = await up.run(['logs', '--json']);
  for (const line of json.stdout.trim().split('\n'))
    assert.match(JSON.parse(line).type, /^(meta|log|raw|notice)$/);
  // No unit is installed for this home: the same file in the same words, for the node as well, and followed.
  const service = await up.run(['gateway', 'logs', '--lines', '1']);
  assert.match(service.stderr, /this is its log file/);
  assert.match(service.stdout, /\n\S+Z info gateway stopped\n$/);
  assert.doesNotMatch((await up.run(['node', 'logs', '--since', '0s'])).stdout, / info /);
  const following = up.start(['node', 'logs', '-f', '--json']);
  await following.until(/"type":"log"/);
  assert.equal(following.child.exitCode, null);
});

test('rename, revoke and remove reach the node of this machine', async (t) => {
  const up = await startUp(t);
  assert.match(
    (await up.run(['nodes', 'rename', '--node', 'box', '--name', 'Big Box'])).stdout,
    /^node rename ok: [0-9a-f]{64} -> Big Box\n$/,
  );
  assert.match(
    (await up.run(['nodes', 'describe', '--node', 'big-box'])).stdout,
    /Commands\n[\s\S]*- system\.run/,
  );
  const which = await up.run([
    'nodes',
    'invoke',
    '--node',
    'big-box',
    '--command',
    'system.which',
    '--params',
    '{"bins":["sh"]}',
  ]);
  assert.match(JSON.parse(which.stdout).payload.bins.sh, /\/sh$/);
  const revoke = await up.run(['devices', 'revoke', '--device', 'big-box', '--role', 'node']);
  assert.equal(revoke.status, 0, revoke.stderr);
  assert.equal(JSON.parse(revoke.stdout).role, 'node');
});

test('an approvals file that others may write is refused, kept and explained', async (t) => {
  const up = await startUp(t);
  const path = join(up.home, '.clawdbot', 'exec-approvals.json');
  writeFileSync(path, '{"version":1}\n');
  chmodSync(path, 0o666);
  const { status, stderr } = await up.run(['approvals', 'get']);
  assert.equal(status, 78);
  assert.match(stderr, /others may write it/);
});
