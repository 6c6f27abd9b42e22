import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { after, test } from 'node:test';
import type { Locator } from 'playwright-core';
import { makeState, startTestGateway, TOKEN } from '../gateway/support/gateway.ts';
import { closeBrowser, longTaskText, openSignedIn } from './browser.ts';

after(closeBrowser);

test('the configuration is shown with secrets covered, edited, reviewed and saved', async (t) => {
  const paths = makeState(t);
  const gateway = await startTestGateway(t, { paths });
  const { page } = await openSignedIn(t, gateway, { panel: 'config' });
  await page.getByRole('button', { name: 'Text', exact: true }).click();
  const shown = page.getByRole('group', { name: 'Text of the configuration' });
  await shown.getByText('"mode":"local"').waitFor();
  assert.doesNotMatch(String(await page.locator('main').textContent()), new RegExp(TOKEN));
  await page.getByRole('button', { name: 'Edit (shows secrets)' }).click();
  const editor = page.getByRole('textbox', { name: 'Text of the configuration' });
  const before = await editor.inputValue();
  await editor.fill(before.replace('{', '{\n  // kept\n  "unknownKey": 1,\n'));
  await page.getByRole('button', { name: 'Review changes' }).click();
  assert.match(
    String(await page.getByRole('group', { name: 'What will change' }).textContent()),
    /\+ .*unknownKey/,
  );
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await shown.getByText('unknownKey').waitFor();
  assert.match(readFileSync(paths.config, 'utf8'), /\/\/ kept\n {2}"unknownKey": 1/);
});

test('a configuration that is not valid is refused with the key that is wrong', async (t) => {
  const gateway = await startTestGateway(t);
  const { page } = await openSignedIn(t, gateway, { panel: 'config' });
  await page.getByRole('button', { name: 'Text', exact: true }).click();
  await page.getByRole('button', { name: 'Edit (shows secrets)' }).click();
  const editor = page.getByRole('textbox', { name: 'Text of the configuration' });
  await editor.fill((await editor.inputValue()).replace('"local"', '"elsewhere"'));
  await page.getByRole('button', { name: 'Review changes' }).click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('alert').getByText('gateway.mode').waitFor();
});

test('a configuration that somebody changed meanwhile is not overwritten unseen', async (t) => {
  const paths = makeState(t);
  const gateway = await startTestGateway(t, { paths });
  const { page } = await openSignedIn(t, gateway, { panel: 'config' });
  await page.getByRole('button', { name: 'Text', exact: true }).click();
  await page.getByRole('button', { name: 'Edit (shows secrets)' }).click();
  const editor = page.getByRole('textbox', { name: 'Text of the configuration' });
  const mine = (await editor.inputValue()).replace('{', '{ "mine": 1, ');
  writeFileSync(paths.config, (await editor.inputValue()).replace('{', '{ "theirs": 1, '));
  await editor.fill(mine);
  await page.getByRole('button', { name: 'Review changes' }).click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Somebody saved another version meanwhile').waitFor();
  assert.match(readFileSync(paths.config, 'utf8'), /theirs/);
  await page.getByRole('button', { name: 'Save mine over theirs' }).click();
  // Until the answer is there, both versions are still on the page.
  await page.getByText('Somebody saved another version meanwhile').waitFor({ state: 'detached' });
  await page.getByText('"mine"').waitFor();
  assert.doesNotMatch(readFileSync(paths.config, 'utf8'), /theirs/);
});

test('the form writes only what was changed; comments and unknown keys stay', async (t) => {
  const paths = makeState(t);
  const raw = readFileSync(paths.config, 'utf8').replace('{', '{ // mine\n  "unknownKey": { "a": 1 },\n');
  writeFileSync(paths.config, raw);
  const gateway = await startTestGateway(t, { paths });
  const { page } = await openSignedIn(t, gateway, { panel: 'config' });
  await page.getByText('Also in the file, kept as it is: unknownKey').waitFor();
  await page.getByLabel('Filter settings').fill('logging.level');
  await page.getByLabel('Least severe level that is written').selectOption('debug');
  const changes = page.getByRole('group', { name: 'What will change' });
  assert.match(String(await changes.textContent()), /logging\.level.*not set.*"debug"/);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Saved.').waitFor();
  const saved = readFileSync(paths.config, 'utf8');
  assert.match(saved, /\/\/ mine\n {2}"unknownKey": \{ "a": 1 \}/);
  assert.match(saved, /"debug"/);
  assert.match(saved, new RegExp(TOKEN));
});

test('the form shows their value beside mine when somebody saved meanwhile, and refuses what is not valid', async (t) => {
  const paths = makeState(t);
  const gateway = await startTestGateway(t, { paths });
  const { page } = await openSignedIn(t, gateway, { panel: 'config' });
  await page.getByLabel('Filter settings').fill('logging.level');
  await page.getByLabel('Least severe level that is written').selectOption('debug');
  const file = JSON.parse(readFileSync(paths.config, 'utf8'));
  writeFileSync(paths.config, JSON.stringify({ ...file, logging: { level: 'warn' } }));
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Somebody saved another version meanwhile').waitFor();
  const changes = page.getByRole('group', { name: 'What will change' });
  assert.match(String(await changes.textContent()), /"warn".*"debug"/);
  await page.getByRole('button', { name: 'Save mine over theirs' }).click();
  await page.getByText('Saved.').waitFor();
  await page.getByLabel('Filter settings').fill('gateway.port');
  await page.getByLabel('TCP port for HTTP and WebSocket').fill('70000');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('alert').getByText('gateway.port').waitFor();
});

test('what became of a save is in view, however long the form is', async (t) => {
  const gateway = await startTestGateway(t);
  const { page } = await openSignedIn(t, gateway, {
    panel: 'config',
    viewport: { width: 1280, height: 600 },
  });
  // Scrolled to after it was drawn.
  const comesIntoView = async (locator: Locator) => {
    await locator.waitFor();
    await page.waitForFunction(
      (element) => {
        const { top = -1, bottom = 0 } = element?.getBoundingClientRect() ?? {};
        return top >= 0 && bottom <= innerHeight;
      },
      await locator.elementHandle(),
    );
  };
  const port = page.getByLabel('TCP port for HTTP and WebSocket');
  await port.fill('70000');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await comesIntoView(page.getByRole('alert').getByText('gateway.port'));
  await port.fill('');
  await page.getByLabel('Path under which the page lives').fill('/op');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await comesIntoView(page.getByText('Saved.'));
});

test('ten thousand log lines: only those in view are in the document; new ones arrive; filters and pause hold', async (t) => {
  const gateway = await startTestGateway(t);
  mkdirSync(dirname(gateway.core.logFile), { recursive: true });
  const line = (text: string, level = 'INFO') =>
    `${JSON.stringify({ 0: '{"subsystem":"test"}', 1: text, _meta: { logLevelName: level }, time: new Date().toISOString() })}\n`;
  const { page } = await openSignedIn(t, gateway, { panel: 'logs' });
  for (let part = 0; part < 5; part += 1) {
    appendFileSync(
      gateway.core.logFile,
      Array.from({ length: 2_000 }, (_, n) => line(`line ${part * 2_000 + n}`)).join(''),
    );
    await page.getByText(`line ${part * 2_000 + 1_999}`, { exact: true }).waitFor();
  }
  t.diagnostic(`10,000 lines arriving: ${await longTaskText(page)}`);
  assert.ok((await page.locator('.log-row').count()) < 120);
  appendFileSync(gateway.core.logFile, line('the disk is full', 'ERROR'));
  await page.getByText('the disk is full').waitFor();
  await page.getByLabel('Least severity').selectOption('error');
  await page.getByText(/^1 line · /).waitFor();
  t.diagnostic(`10,000 lines, filtering: ${await longTaskText(page)}`);
  assert.equal(await page.locator('.log-row').count(), 1);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download' }).click(),
  ]);
  assert.equal(download.suggestedFilename(), 'gateway-log.jsonl');
  const saved = readFileSync(await download.path(), 'utf8')
    .trimEnd()
    .split('\n');
  assert.deepEqual(
    saved.map((each) => JSON.parse(each).message),
    ['the disk is full'],
    'what is shown is what is saved',
  );
  await page.getByRole('button', { name: 'Pause' }).click();
  appendFileSync(gateway.core.logFile, line('while paused', 'ERROR'));
  await page.waitForTimeout(2_000);
  assert.equal(await page.locator('.log-row').count(), 1);
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByText('while paused').waitFor();
});
