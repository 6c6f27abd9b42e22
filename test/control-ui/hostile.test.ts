import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { after, test } from 'node:test';
import { cleanUp } from '../clean-up.ts';
import { startTestGateway } from '../gateway/support/gateway.ts';
import { connectNode } from '../gateway/support/peers.ts';
import { closeBrowser, openSignedIn } from './browser.ts';
import { askAboutCommand, askForPairing } from './populate.ts';

after(closeBrowser);

const NASTY =
  '\u202egnp.exe\u0000</span><img src=x onerror="window.obeyed=1"><script>window.obeyed=1</script>{{7*7}}\u001b[31m';

test('names, commands and log lines are shown and not obeyed', async (t) => {
  const gateway = await startTestGateway(t);
  mkdirSync(dirname(gateway.core.logFile), { recursive: true });
  appendFileSync(
    gateway.core.logFile,
    `${NASTY}\n${JSON.stringify({ 0: NASTY, time: NASTY, level: NASTY })}\n`,
  );
  const node = await connectNode(gateway, { displayName: NASTY });
  cleanUp(t, () => node.close());
  await askForPairing(gateway, `pending ${NASTY}`);
  await askAboutCommand(t, gateway, { id: 'nasty', command: NASTY, cwd: NASTY });
  const { page, complaints } = await openSignedIn(t, gateway);
  for (const panel of ['overview', 'nodes', 'approvals', 'logs']) {
    await page.goto(`http://127.0.0.1:${gateway.port}/#/${panel}`);
    await page.getByText('<img src=x').first().waitFor();
    assert.equal(await page.getByText('U+202E').first().isVisible(), true, panel);
    assert.equal(await page.locator('img[src="x"], #page script').count(), 0, panel);
  }
  assert.equal(await page.evaluate('window.obeyed'), undefined);
  assert.deepEqual(complaints, []);
});

test('the content policy refuses markup and scripts made of strings', async (t) => {
  const gateway = await startTestGateway(t);
  const { page } = await openSignedIn(t, gateway);
  const outcome = await page.evaluate(() => {
    const attempts = {
      markup: () => document.body.insertAdjacentHTML('beforeend', '<i>x</i>'),
      script: () => {
        document.createElement('script').text = 'window.obeyed = 1';
      },
    };
    return Object.entries(attempts).map(([name, attempt]) => {
      try {
        attempt();
        return `${name} made`;
      } catch {
        return `${name} refused`;
      }
    });
  });
  assert.deepEqual(outcome, ['markup refused', 'script refused']);
});
