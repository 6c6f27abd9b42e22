import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { generateDeviceKeys } from '../../src/protocol/host/index.ts';
import { cleanUp } from '../clean-up.ts';
import { startTestGateway, TOKEN } from '../gateway/support/gateway.ts';
import { connectNode } from '../gateway/support/peers.ts';
import { startForwardingProxy } from '../interop/lib/forwarding-proxy.ts';
import { makeHome, startNode, until } from '../node/fixtures/running-node.ts';
import { closeBrowser, longTaskText, openSignedIn } from './browser.ts';
import { ASKING, askForPairing, startLocalNode } from './populate.ts';

after(closeBrowser);

test('a waiting device appears by itself, is approved, and leaves the list', async (t) => {
  const gateway = await startTestGateway(t);
  const { page, complaints } = await openSignedIn(t, gateway, { panel: 'nodes' });
  await page.getByText('No nodes yet').waitFor();
  await askForPairing(gateway, 'raspberry');
  await page.getByRole('heading', { name: '1 device wants in' }).waitFor();
  assert.match(await page.title(), /^\(1\) /);
  assert.equal(await page.locator('link[rel=icon]').getAttribute('href'), './assets/attention.svg');
  await page.getByRole('button', { name: 'Approve raspberry' }).click();
  await page.getByRole('heading', { name: '1 device wants in' }).waitFor({ state: 'detached' });
  await page.getByRole('heading', { name: 'raspberry' }).waitFor();
  await page.getByText('Offline').waitFor();
  assert.doesNotMatch(await page.title(), /^\(/);
  assert.deepEqual(complaints, []);
});

test('a real node behind a forwarding proxy is approved in the dialog that gave its line', async (t) => {
  await using stack = new AsyncDisposableStack();
  const gateway = await startTestGateway(t, { gateway: { trustedProxies: ['127.0.0.1'] } });
  const { page, complaints } = await openSignedIn(t, gateway, { panel: 'nodes' });
  await page.getByRole('button', { name: 'Add a node' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a node' });
  await dialog.getByLabel('Name it will have').fill("kitchen's pi");
  await dialog.getByText(`--port ${gateway.port} --display-name 'kitchen'\\''s pi'`).waitFor();
  await dialog.getByText('The same line, for a camera').click();
  await dialog.getByRole('img', { name: 'The same line, for a camera' }).waitFor();
  await dialog.getByText('Waiting for it to ask').waitFor();

  const port = await startForwardingProxy(stack, { targetPort: gateway.port });
  const { paths } = makeHome(t);
  const node = startNode(t, { paths, port, token: TOKEN, displayName: "kitchen's pi" });
  await dialog.getByRole('heading', { name: "kitchen's pi" }).waitFor();
  await dialog.getByText('100.101.102.103').waitFor();
  await dialog.getByRole('button', { name: "Approve kitchen's pi" }).click();
  await until('the node is connected', () => node.state()?.state === 'connected');
  await page.keyboard.press('Escape');
  await page.getByRole('heading', { name: '1 node' }).waitFor();
  await page.getByText('Connected', { exact: true }).waitFor();
  await page.getByRole('meter', { name: 'Disk' }).waitFor();
  assert.deepEqual(complaints, []);
  await node.stop();
});

test('what one tab decides, the other tabs and people see', async (t) => {
  const gateway = await startTestGateway(t);
  const first = await openSignedIn(t, gateway, { panel: 'nodes' });
  const secondTab = await first.context.newPage();
  const somebody = await openSignedIn(t, gateway, { panel: 'nodes' });
  await secondTab.goto(`http://127.0.0.1:${gateway.port}/#token=${TOKEN}`);
  await secondTab.getByText('Connected to').waitFor();
  await secondTab.goto(`http://127.0.0.1:${gateway.port}/#/nodes`);
  await askForPairing(gateway, 'raspberry');
  const pages = [first.page, secondTab, somebody.page];
  await Promise.all(pages.map((page) => page.getByRole('heading', { name: '1 device wants in' }).waitFor()));
  await first.page.getByRole('button', { name: 'Reject raspberry' }).click();
  await Promise.all(
    pages.map((page) =>
      page.getByRole('heading', { name: '1 device wants in' }).waitFor({ state: 'detached' }),
    ),
  );
});

test('says when two machines use one identity, and when a node runs another version than the gateway', async (t) => {
  const gateway = await startTestGateway(t, { version: '2.0.0' });
  const keys = generateDeviceKeys();
  const twins = [
    await connectNode(gateway, { keys, displayName: 'clone' }),
    await connectNode(gateway, { keys, displayName: 'clone' }),
  ];
  startLocalNode(t, gateway, { name: 'older', version: '1.9.0' });
  const { page } = await openSignedIn(t, gateway);
  await page.getByText('1 identity is used by two machines').waitFor();
  await page.getByText('1 node runs another version than the gateway').waitFor();
  await page.goto(`http://127.0.0.1:${gateway.port}/#/nodes`);
  await page.getByText('2 machines, one identity').waitFor();
  await page.getByText('Other version: 1.9.0').waitFor();
  await page.getByText('This node does not tell its load').waitFor();
  for (const twin of twins) twin.close();
  await page.getByText('Offline', { exact: true }).waitFor();
  await page.getByText('last seen').waitFor();
});

test('the palette opens the command line of a node', async (t) => {
  const gateway = await startTestGateway(t);
  startLocalNode(t, gateway, { name: 'workshop' });
  const { page } = await openSignedIn(t, gateway);
  await page.getByText(/1 node connected/).waitFor();
  await page.keyboard.press('Control+k');
  await page.locator('input[role=combobox]:focus').waitFor();
  await page.keyboard.type('workshop');
  await page.keyboard.press('Enter');
  await page.getByLabel('Command for workshop').fill('echo from the palette');
  await page.keyboard.press('Enter');
  await page.getByText('Done, status 0').waitFor();
});

test('a rejected device is gone', async (t) => {
  const gateway = await startTestGateway(t);
  await askForPairing(gateway, 'stranger');
  const { page } = await openSignedIn(t, gateway, { panel: 'nodes' });
  await page.getByRole('button', { name: 'Reject stranger' }).click();
  await page.getByText('No nodes yet').waitFor();
  assert.deepEqual(gateway.core.store.devices.listPending(Date.now()), []);
});

test('runs a command, shows its output while it comes, and its status', async (t) => {
  const gateway = await startTestGateway(t);
  startLocalNode(t, gateway, { name: 'workshop' });
  const { page } = await openSignedIn(t, gateway, { panel: 'nodes' });
  await page.getByRole('button', { name: 'Run a command on workshop' }).click();
  const command = page.getByLabel('Command for workshop');
  await command.fill('echo first; sleep 1; echo second >&2; exit 3');
  await command.press('Enter');
  await page.getByRole('group', { name: 'Output' }).getByText('first').waitFor();
  await page.getByText('Ended with status 3').waitFor();
  assert.match(String(await page.getByRole('group', { name: 'Output' }).textContent()), /first\nsecond/);
});

test('long output stays at its end until somebody scrolls back, and says where it was cut', async (t) => {
  const gateway = await startTestGateway(t);
  startLocalNode(t, gateway, { name: 'workshop' });
  const { page } = await openSignedIn(t, gateway, { panel: 'nodes' });
  await page.getByRole('button', { name: 'Run a command on workshop' }).click();
  const command = page.getByLabel('Command for workshop');
  // Each part waits for the test to say so.
  const gates = mkdtempSync(join(tmpdir(), 'gates-'));
  cleanUp(t, () => rmSync(gates, { recursive: true }));
  const wait = (name: string) => `until [ -e ${join(gates, name)} ]; do sleep 0.05; done`;
  await command.fill(`seq 1 100; ${wait('a')}; seq 101 200; ${wait('b')}; seq 201 60000`);
  await command.press('Enter');
  const output = page.getByRole('group', { name: 'Output' });
  const fromEnd = () =>
    output.evaluate((box) => Math.round(box.scrollHeight - box.clientHeight - box.scrollTop));
  const shows = (line: string) =>
    page.waitForFunction((wanted) => document.querySelector('.output')?.textContent?.includes(wanted), line);
  const isAtEnd = () =>
    page.waitForFunction(() => {
      const box = document.querySelector('.output');
      return box !== null && box.scrollHeight - box.clientHeight - box.scrollTop <= 2;
    });
  await shows('\n100\n');
  await isAtEnd();
  writeFileSync(join(gates, 'a'), '');
  await shows('\n200\n');
  await isAtEnd();
  await output.hover();
  await page.mouse.wheel(0, -500);
  await page.waitForFunction(() => {
    const box = document.querySelector('.output');
    return box !== null && box.scrollHeight - box.clientHeight - box.scrollTop > 300;
  });
  writeFileSync(join(gates, 'b'), '');
  await page.getByText('More was written than a node sends').waitFor();
  assert.ok((await fromEnd()) > 300, 'it stays where somebody reads');
});

test('cancels a command', async (t) => {
  const gateway = await startTestGateway(t);
  startLocalNode(t, gateway, { name: 'workshop' });
  const { page } = await openSignedIn(t, gateway, { panel: 'nodes' });
  await page.getByRole('button', { name: 'Run a command on workshop' }).click();
  await page.getByLabel('Command for workshop').fill('echo started; sleep 600');
  await page.keyboard.press('Enter');
  await page.getByRole('group', { name: 'Output' }).getByText('started').waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('Cancelled').waitFor();
});

test('a command that needs approval asks on the spot and then runs exactly that', async (t) => {
  const gateway = await startTestGateway(t);
  startLocalNode(t, gateway, { name: 'workshop', policy: ASKING });
  const { page } = await openSignedIn(t, gateway, { panel: 'nodes' });
  await page.getByRole('button', { name: 'Run a command on workshop' }).click();
  await page.getByLabel('Command for workshop').fill('echo allowed-by-a-person');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'May this run?' }).waitFor();
  await page.getByRole('button', { name: 'Allow once' }).click();
  await page.getByText('Done, status 0').waitFor();
  assert.match(
    String(await page.getByRole('group', { name: 'Output' }).textContent()),
    /allowed-by-a-person/,
  );
});

test('renames and forgets a node; forgetting asks and names its target', async (t) => {
  const gateway = await startTestGateway(t);
  const node = startLocalNode(t, gateway, { name: 'workshop' });
  await until('the node is connected', () => node.state()?.state === 'connected');
  await node.stop();
  const { page } = await openSignedIn(t, gateway, { panel: 'nodes' });
  await page.getByRole('button', { name: 'Manage workshop' }).click();
  await page.getByLabel('New name for workshop').fill('cellar');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'cellar' }).waitFor();
  await page.getByRole('button', { name: 'Forget', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Forget cellar?' });
  await dialog.getByRole('button', { name: 'Forget' }).click();
  await page.getByText('No nodes yet').waitFor();
});

test('a node whose access is revoked is gone at once, and stays in the list', async (t) => {
  const gateway = await startTestGateway(t);
  const peer = await connectNode(gateway, { displayName: 'stolen-laptop' });
  const { page } = await openSignedIn(t, gateway, { panel: 'nodes' });
  await page.getByRole('button', { name: 'Manage stolen-laptop' }).click();
  await page.getByRole('button', { name: 'Revoke access' }).click();
  const dialog = page.getByRole('dialog', { name: 'Revoke the access of stolen-laptop?' });
  await dialog.getByText('Commands running on it are ended.').waitFor();
  await dialog.getByRole('button', { name: 'Revoke access' }).click();
  await page.getByText('Offline', { exact: true }).waitFor();
  assert.equal((await peer.closed).reason, 'device token revoked');
});

test('of five hundred nodes sixty are drawn, and the filter finds any', async (t) => {
  const gateway = await startTestGateway(t);
  for (let from = 0; from < 500; from += 50) {
    const names = Array.from({ length: 50 }, (_, n) => `machine-${from + n}`);
    const nodes = await Promise.all(names.map((displayName) => connectNode(gateway, { displayName })));
    cleanUp(t, () => {
      for (const node of nodes) node.close();
    });
  }
  const { page } = await openSignedIn(t, gateway, { panel: 'nodes' });
  await page.getByRole('heading', { name: '500 nodes' }).waitFor();
  await page.locator('.card:nth-child(60)').waitFor();
  t.diagnostic(`500 nodes, opening: ${await longTaskText(page)}`);
  assert.equal(await page.locator('.card').count(), 60);
  await page.getByText('440 more').waitFor();
  await page.getByRole('searchbox').fill('machine-499');
  await page.getByRole('heading', { name: 'machine-499' }).waitFor();
  t.diagnostic(`500 nodes, filtering: ${await longTaskText(page)}`);
  assert.equal(await page.locator('.card').count(), 1);
});

test('a node that offers more than was approved is shown with old and new, and approved from there', async (t) => {
  const gateway = await startTestGateway(t);
  const keys = generateDeviceKeys();
  (await connectNode(gateway, { keys, displayName: 'grown', commands: ['system.which'] })).close();
  const node = await connectNode(gateway, {
    keys,
    displayName: 'grown',
    commands: ['system.which', 'system.run'],
  });
  cleanUp(t, () => node.close());
  const { page, complaints } = await openSignedIn(t, gateway);
  await page.goto(`http://127.0.0.1:${gateway.port}/#/nodes`);
  const card = page.locator('.card.attention');
  await card.locator('div').filter({ hasText: 'Offers to run' }).getByText('system.run').first().waitFor();
  await card
    .locator('div')
    .filter({ hasText: 'Approved before' })
    .getByText('system.which')
    .first()
    .waitFor();
  await page.getByRole('button', { name: /approve.*grown/i }).click();
  await card.waitFor({ state: 'detached' });
  assert.deepEqual(gateway.core.store.nodes.listPending(Date.now()), []);
  assert.deepEqual(complaints, []);
});
