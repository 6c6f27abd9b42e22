import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { freePort, startProcess } from '../gateway/support/child.ts';
import { makeState } from '../gateway/support/gateway.ts';
import { closeBrowser, openSignedIn } from './browser.ts';

after(closeBrowser);

test('a gateway that restarts under an open page: the page says so, keeps what it has, and comes back', async (t) => {
  const paths = makeState(t);
  const port = await freePort();
  const first = await startProcess(t, paths, port);
  const { page } = await openSignedIn(t, { port });
  await page.getByText('Serving on').waitFor();
  await first.kill('SIGKILL');
  await page.getByText('What you see is from before').waitFor();
  await page.getByText(`No connection to 127.0.0.1:${port}; nothing below is certain.`).waitFor();
  assert.equal(await page.getByRole('heading', { name: 'Connected lately' }).isVisible(), true);
  await startProcess(t, paths, port);
  await page.getByText('What you see is from before').waitFor({ state: 'detached', timeout: 20_000 });
  await page.getByText('Serving on').waitFor();
});
