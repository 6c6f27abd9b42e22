import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { inspectListeners } from '../../src/supervisor/index.ts';
import { freePort } from '../free-port.ts';
import { eventually, temporaryDirectory } from '../supervisor/program.ts';
import { startChild } from './lib/child.ts';
import { commandOf, environmentOf } from './lib/software.ts';
import { missingPeers } from './peer-versions.ts';

/** Each start of the published gateway costs seconds. */
const realRounds = Number(process.env.RACE_REAL_ROUNDS ?? 1);

// The published gateway looks at the lock file, finds its owner dead, removes the file and makes its own. Two that look
// at the same moment both find it dead, and the slower one removes the lock the faster one has just made. Ours in the
// same race: test/supervisor/race.test.ts.
test(`the published gateway in the same race, ${realRounds} times (informs, judges nothing)`, {
  skip: missingPeers('node', 'clawdbot'),
}, async (t) => {
  await using stack = new AsyncDisposableStack();
  const home = temporaryDirectory(t);
  const port = await freePort();
  const gateway = {
    mode: 'local',
    port,
    bind: 'loopback',
    auth: { mode: 'token', token: 'a-test-token-0123' },
  };
  mkdirSync(join(home, '.clawdbot'), { mode: 0o700 });
  writeFileSync(join(home, '.clawdbot', 'clawdbot.json'), JSON.stringify({ gateway }), { mode: 0o600 });
  const start = () => {
    const child = startChild({
      command: commandOf('real', ['gateway', '--port', String(port)]),
      env: environmentOf('real', home),
      cwd: home,
    });
    stack.defer(async () => void (await child.stop('SIGKILL', 0)));
    return child;
  };
  const served = () => eventually(() => (inspectListeners({ port }).length > 0 ? true : undefined));
  const first = start();
  await served();
  await first.stop('SIGKILL', 0);
  for (let round = 0; round < realRounds; round += 1) {
    const both = [start(), start()];
    await served();
    const loser = await Promise.race([
      ...both.map((one) => one.ended.then(() => one.output().trim().split('\n').slice(0, 2).join(' | '))),
      new Promise<string>((resolve) =>
        setTimeout(resolve, 20_000, 'both are still alive after 20 s').unref(),
      ),
    ]);
    t.diagnostic(`round ${round}: ${loser}`);
    await Promise.all(both.map((one) => one.stop('SIGKILL', 0)));
  }
});
