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
    // Of a question the gateway itself writes out what is hidden.
    const code = panel === 'approvals' ? '\\u{202e}gnp.exe' : 'U+202E';
    assert.equal(await page.getByText(code).first().isVisible(), true, panel);
    assert.equal(await page.evaluate(() => /\u202e/.test(document.documentElement.outerHTML)), false, panel);
    assert.equal(await page.locator('img[src="x"], #page script').count(), 0, panel);
  }
  assert.equal(await page.evaluate('window.obeyed'), undefined);
  assert.deepEqual(complaints, []);
});

test('what takes no elements says hidden characters in words: names of buttons, titles, choices, levels of the log', async (t) => {
  const gateway = await startTestGateway(t);
  mkdirSync(dirname(gateway.core.logFile), { recursive: true });
  const line = { 0: '{"subsystem":"\u202esub"}', 1: 'a line that wants to hide', time: '\u202etime' };
  appendFileSync(gateway.core.logFile, `${JSON.stringify({ ...line, level: 'sr-only dialog' })}\n`);
  const node = await connectNode(gateway, { displayName: 'good\u202egnp' });
  cleanUp(t, () => node.close());
  const { page, complaints } = await openSignedIn(t, gateway, { panel: 'nodes' });
  await page.getByRole('button', { name: 'Manage good<U+202E>gnp' }).click();
  await page.getByRole('button', { name: 'Forget' }).click();
  await page.getByRole('heading', { name: 'Forget good<U+202E>gnp?' }).waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await page.getByRole('option', { name: 'good<U+202E>gnp' }).waitFor();
  await page.keyboard.press('Escape');
  await page.goto(`http://127.0.0.1:${gateway.port}/#/approvals`);
  assert.match((await page.getByLabel('Machine').textContent()) ?? '', /good<U\+202E>gnp/);
  await page.goto(`http://127.0.0.1:${gateway.port}/#/logs`);
  const row = page.locator('.log-row').filter({ hasText: 'a line that wants to hide' });
  assert.ok(((await row.boundingBox())?.width ?? 0) > 300, 'a level is no class of the page');
  assert.match((await row.textContent()) ?? '', /<U\+202E>time.*U\+202Esub/);
  const raw = await page.evaluate(() => /\u202e/.test(document.documentElement.outerHTML));
  assert.equal(raw, false);
  assert.deepEqual(complaints, []);
});

test('rules of a node with times that are none are shown, and the page stays', async (t) => {
  const gateway = await startTestGateway(t);
  const file = {
    version: 1,
    agents: { 'ma\u202ein': { allowlist: [{ pattern: '/usr/bin/id', lastUsedAt: 1e300 }] } },
  };
  const node = await connectNode(gateway, {
    displayName: 'liar',
    commands: ['system.run', 'system.execApprovals.get', 'system.execApprovals.set'],
    onEvent: ({ event, payload }, peer) => {
      if (event !== 'node.invoke.request') return;
      const { id, nodeId } = payload as { id: string; nodeId: string };
      const answer = { path: '/home/\u202ex', exists: true, hash: 'h', file };
      void peer?.request('node.invoke.result', { id, nodeId, ok: true, payloadJSON: JSON.stringify(answer) });
    },
  });
  cleanUp(t, () => node.close());
  const { page, complaints } = await openSignedIn(t, gateway, { panel: 'approvals' });
  await page.getByLabel('Machine').selectOption({ label: 'liar' });
  await page.getByLabel('Agent', { exact: true }).selectOption({ label: 'ma<U+202E>in' });
  await page.getByText('/usr/bin/id', { exact: true }).waitFor();
  await page.getByText('File: /home/<U+202E>x').waitFor();
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
