import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../free-port.ts';
import { eventually, startProgram, temporaryDirectory } from './program.ts';

// 100 restart delays of systemd's 5 s are 500 s; the default run watches a part of that and the bound shrinks with it.
const seconds = Number(process.env.STANDBY_SECONDS ?? 5);

test(`a standby uses no CPU: below 10 ms per 500 s, watched for ${seconds} s`, async (t) => {
  const dir = temporaryDirectory(t);
  const args = ['--dir', dir, '--port', String(await freePort())];
  await startProgram(t, 'tiny-gateway.ts', args).until('serving');
  const standby = startProgram(t, 'tiny-gateway.ts', [...args, '--on-conflict', 'standby']);
  await standby.until('status');
  // What the engine still does after a start (compiling, collecting) is the price of starting, not of waiting.
  await eventually(async () => {
    const now = cpuNs(standby.pid);
    await delay(500);
    return cpuNs(standby.pid) === now ? now : undefined;
  });
  // 1 ms: one late wake of the engine (0.3 ms) must not fail a short watch. On a slow machine there may be more of them;
  // waiting that costs anything costs it in every watch.
  const allowedMs = Math.max(1, (10 * seconds) / 500);
  let spentMs = Number.POSITIVE_INFINITY;
  for (let watches = 0; watches < 5 && spentMs > allowedMs; watches += 1) {
    const before = cpuNs(standby.pid);
    await delay(seconds * 1000);
    spentMs = (cpuNs(standby.pid) - before) / 1e6;
    t.diagnostic(`${spentMs.toFixed(3)} ms CPU in ${seconds} s`);
  }
  assert.ok(spentMs <= allowedMs, `${spentMs} ms`);
});

/** CPU time of a process, all its threads and its children (the waiting helper), in ns (schedstat, proc(5)). */
function cpuNs(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const own = threads.map((thread) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ')[0]),
  );
  const children = threads.flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1').trim().split(' ').filter(Boolean),
  );
  return [...own, ...children.map((child) => cpuNs(Number(child)))].reduce((sum, ns) => sum + ns, 0);
}
