import assert from 'node:assert/strict';
import { chmodSync, statSync } from 'node:fs';
import { after, test } from 'node:test';
import { cleanUp } from '../clean-up.ts';
import { TOKEN } from '../gateway/support/gateway.ts';
import { connectOperator } from '../gateway/support/peers.ts';
import { closeBrowser, newPerson, openPage, openSignedIn } from './browser.ts';
import { startWholeGateway } from './whole-gateway.ts';

after(closeBrowser);

test('the first screen names a finding and its remedy; the repair is shown before it is done', async (t) => {
  const gateway = await startWholeGateway(t);
  chmodSync(gateway.paths.config, 0o644);
  const { page, complaints } = await openSignedIn(t, gateway);
  const row = page.getByRole('listitem').filter({ hasText: 'Others may read or change private files' });
  await row.first().waitFor();
  await row.getByText('Details').click();
  await row.getByText('What helps').waitFor();
  await row.getByRole('button', { name: /^Fix:/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Put it right' });
  await dialog.getByText('What will be changed').waitFor();
  assert.match(String(await dialog.textContent()), /clawdbot\.json0644 → 0600/);
  assert.equal(statSync(gateway.paths.config).mode & 0o777, 0o644, 'nothing is done before the yes');
  await dialog.getByRole('button', { name: 'Do it' }).click();
  await dialog.getByText('The problem is gone.').waitFor();
  assert.equal(statSync(gateway.paths.config).mode & 0o777, 0o600);
  await dialog.getByText('Close', { exact: true }).click();
  await row.first().waitFor({ state: 'detached' });
  assert.deepEqual(complaints, []);
});

test('every check is listed with its outcome and says what it is about', async (t) => {
  const gateway = await startWholeGateway(t);
  const { page } = await openSignedIn(t, gateway, { panel: 'doctor' });
  await page.getByRole('heading', { name: /^\d\d+ checks$/ }).waitFor();
  await page.getByLabel('Filter checks').fill('config/modes');
  await page.getByText('Others may read or change private files').last().click();
  await page.locator('.check-list').getByText('Can be put right:').waitFor();
  assert.equal(await page.locator('.check-list > li').count(), 1);
  await page.getByLabel('Filter checks').fill('');
  await page.getByLabel('Outcome').selectOption('ok');
  assert.equal(await page.locator('.check-list .badge:not(.good)').count(), 0);
});

test('in the Chinese page findings, remedies and chapters are Chinese, commands stay as they are', async (t) => {
  const gateway = await startWholeGateway(t);
  chmodSync(gateway.paths.config, 0o644);
  const context = await newPerson(t, { locale: 'zh-CN' });
  const { page, complaints } = await openPage(context, `http://127.0.0.1:${gateway.port}/#token=${TOKEN}`);
  await page.getByRole('link', { name: '诊断' }).click();
  const row = page.locator('.attention-row', { hasText: '其他人可以读取或更改私有文件' });
  await row.getByText(`${gateway.paths.config} 的权限是 0644，应为 0600`).waitFor();
  await row.getByText('详情').click();
  await row.getByText('这些文件中的令牌和密钥').waitFor();
  await row.getByText('权限 0644，应为 0600').waitFor();
  await row.getByText(`chmod 0600 ${gateway.paths.config}`).waitFor();
  await row.getByRole('button', { name: '修复：其他人可以读取或更改私有文件' }).click();
  await page.getByRole('dialog').getByText('将无法再读取').waitFor();
  await page.keyboard.press('Escape');
  await page.getByLabel('筛选检查项').fill('端口被其他程序占用');
  await page.locator('.check-list summary').click();
  await page.getByText('客户端会连到错误的程序').waitFor();
  await page.getByRole('link', { name: '配置' }).click();
  await page.getByLabel('HTTP 与 WebSocket 的 TCP 端口').fill('70000');
  await page.getByRole('button', { name: '保存' }).click();
  await page.getByText('必须是 1 到 65535 的整数').waitFor();
  assert.deepEqual(complaints, []);
});

test('owner, lock, listeners and what keeps it running are those of the kernel', async (t) => {
  const gateway = await startWholeGateway(t);
  const { page } = await openSignedIn(t, gateway);
  await page.getByText(`pid ${gateway.child.pid}`).waitFor();
  await page.getByText('Proven by the kernel').waitFor();
  const reach = page.getByRole('region', { name: 'Where it can be reached' });
  await reach.locator('code', { hasText: `127.0.0.1:${gateway.port}` }).waitFor();
  await reach.getByText('This gateway').first().waitFor();
  await page.getByText(`tailscale serve --bg --https=${gateway.port}`).waitFor();
  await page.getByText('When it ends it stays down.').waitFor();
});

test('who may only read sees findings, and no button that changes something', async (t) => {
  const gateway = await startWholeGateway(t);
  chmodSync(gateway.paths.config, 0o644);
  const admin = await connectOperator(gateway);
  cleanUp(t, () => admin.close());
  const { page } = await openSignedIn(t, gateway, { access: 'read' });
  await page.getByText('Others may read or change private files').waitFor();
  assert.equal(await page.getByRole('button', { name: /^Fix/ }).count(), 0);
});
