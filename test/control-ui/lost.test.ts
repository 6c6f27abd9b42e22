import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { freePort } from '../free-port.ts';
import { startProcess } from '../gateway/support/child.ts';
import { makeState } from '../gateway/support/gateway.ts';
import { closeBrowser, openSignedIn } from './browser.ts';

after(closeBrowser);

test('a gateway that restarts under an open page: the page says so, keeps what it has, and comes back', async (t) => {
  const paths = makeState(t);
  const port = await freePort();
  const first = await startProcess(t, paths, port);
  const { page } = await openSignedIn(t, { port });
  await page.getByText('Serving on').waitFor();
  await page.goto(`http://127.0.0.1:${port}/#/logs`);
  await page.getByText('Live', { exact: true }).waitFor();
  await page.goto(`http://127.0.0.1:${port}/#/overview`);
  await first.kill('SIGKILL');
  await page.getByText('What you see is from before').waitFor();
  await page.getByText(`No connection to 127.0.0.1:${port}; nothing below is certain.`).waitFor();
  assert.equal(await page.getByRole('heading', { name: 'Connected lately' }).isVisible(), true);
  await page.goto(`http://127.0.0.1:${port}/#/logs`);
  await page.getByText('Nothing new comes').waitFor();
  // A page whose file never came comes with the connection.
  await page.goto(`http://127.0.0.1:${port}/#/nodes`);
  await page.getByText('it comes with the connection').waitFor();
  await startProcess(t, paths, port);
  await page.getByText('What you see is from before').waitFor({ state: 'detached' });
  await page.getByText('No nodes yet').waitFor();
  await page.goto(`http://127.0.0.1:${port}/#/logs`);
  await page.getByText('Live', { exact: true }).waitFor();
  await page.goto(`http://127.0.0.1:${port}/#/overview`);
  await page.getByText('Serving on').waitFor();
});
