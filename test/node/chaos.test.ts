import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { cleanUp } from '../clean-up.ts';
import { makeHome, startNode, until } from './fixtures/running-node.ts';
import { startScriptedGateway } from './fixtures/scripted-gateway.ts';

/** Each round costs more: a connection that does not last is looked for less and less often. */
const ROUNDS = Number(process.env.CHAOS_ROUNDS ?? 6);
const OPEN_POLICY = { version: 1, defaults: { security: 'full', ask: 'off' } };

/** Commands of living processes whose environment names this home. */
function leftIn(home: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        const isOurs = readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`HOME=${home}\0`);
        return isOurs ? [readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ')] : [];
      } catch {
        return []; // ended meanwhile
      }
    });
}

test(`${ROUNDS} lost connections with runs in flight: no key runs twice, no process is left`, {}, async (t) => {
  const { home, paths } = makeHome(t, OPEN_POLICY);
  const gateway = await startScriptedGateway();
  cleanUp(t, () => gateway.stop());
  let next = gateway.nextConnection();
  const node = startNode(t, { paths, port: gateway.port });
  let connection = await next;
  for (let round = 0; round < ROUNDS; round += 1) {
    const requests = Array.from({ length: 6 }, (_, index) => {
      const name = `${round}-${index}`;
      const script = `echo x >> ${name}.count; ${index % 2 === 0 ? 'sleep 30 &' : 'setsid sleep 30 &'} sleep 0.0${index}; ${index === 5 ? 'wait' : 'kill $!'}`;
      return { params: { command: ['/bin/sh', '-c', script], cwd: home }, extra: { idempotencyKey: name } };
    });
    for (const { params, extra } of requests) void connection.invoke('system.run', params, extra);
    // All of them: one that is ended before its first command leaves no count, and its key does not run again.
    await until('the first runs', () =>
      requests.every((_, index) => existsSync(join(home, `${round}-${index}.count`))),
    );
    next = gateway.nextConnection();
    if (round % 3 === 0)
      connection.send('shutdown', { reason: 'gateway restarting', restartExpectedMs: 100 });
    if (round % 2 === 0) connection.socket.terminate();
    else connection.socket.close(1012, 'service restart');
    connection = await next;
    // The caller comes back with the same keys.
    const again = requests.map(({ params, extra }) => connection.invoke('system.run', params, extra));
    for (const reply of await Promise.all(again)) assert.equal(reply.ok, true, JSON.stringify(reply));
  }
  const counts = readdirSync(home).filter((name) => name.endsWith('.count'));
  assert.equal(counts.length, ROUNDS * 6);
  for (const name of counts) assert.equal(readFileSync(join(home, name), 'utf8'), 'x\n', name);
  await node.stop();
  await until('nobody to be left', () => leftIn(home).length === 0, 5_000).catch(() =>
    assert.deepEqual(leftIn(home), []),
  );
});
