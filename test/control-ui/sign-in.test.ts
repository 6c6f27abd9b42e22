import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { after, test } from 'node:test';
import type { Page } from 'playwright-core';
import { cleanUp } from '../clean-up.ts';
import { startTestGateway, TOKEN } from '../gateway/support/gateway.ts';
import { connectOperator } from '../gateway/support/peers.ts';
import { closeBrowser, newPerson, openPage, openSignedIn } from './browser.ts';
import { populate, startLocalNode } from './populate.ts';

after(closeBrowser);

test('takes the token out of the address and keeps it nowhere', async (t) => {
  const gateway = await startTestGateway(t);
  const { page, complaints } = await openSignedIn(t, gateway);
  assert.equal(page.url(), `http://127.0.0.1:${gateway.port}/`);
  const kept = await page.evaluate(() =>
    JSON.stringify([{ ...sessionStorage }, { ...localStorage }, document.cookie]),
  );
  assert.doesNotMatch(kept, new RegExp(TOKEN));
  await page.reload();
  await page.getByText('Connected to').waitFor();
  assert.deepEqual(complaints, []);
});

test('the private key of the browser cannot be read out', async (t) => {
  const gateway = await startTestGateway(t);
  const { page } = await openSignedIn(t, gateway);
  const isExtractable = await page.evaluate(
    () =>
      new Promise((resolve) => {
        const opening = indexedDB.open('clawdbot-control-ui');
        opening.onsuccess = () => {
          const asking = opening.result.transaction('keys').objectStore('keys').get('device');
          asking.onsuccess = () => resolve(asking.result.privateKey.extractable);
        };
      }),
  );
  assert.equal(isExtractable, false);
});

test('connects to the gateway it came from, whatever the address says', async (t) => {
  const gateway = await startTestGateway(t);
  const context = await newPerson(t);
  const page = await context.newPage();
  const sockets: string[] = [];
  page.on('websocket', (socket) => sockets.push(socket.url()));
  await page.goto(
    `http://127.0.0.1:${gateway.port}/?gatewayUrl=ws://evil.example:1&url=ws://evil.example#gatewayUrl=ws://evil.example&token=${TOKEN}`,
  );
  await page.getByText('Connected to').waitFor();
  assert.deepEqual(sockets, [`ws://127.0.0.1:${gateway.port}/`]);
  assert.equal(page.url(), `http://127.0.0.1:${gateway.port}/`);
});

test('the form says why a token was refused, and lets in with the right one', async (t) => {
  const gateway = await startTestGateway(t);
  const { page } = await openPage(await newPerson(t), `http://127.0.0.1:${gateway.port}/`);
  await page.getByLabel('Gateway token').fill('wrong');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('This is not the token of this gateway').waitFor();
  await page.getByLabel('Gateway token').fill(TOKEN);
  await page.keyboard.press('Enter');
  await page.getByText('Connected to').waitFor();
});

test('a link with a token, opened where the page is already, leaves the address and signs in', async (t) => {
  const gateway = await startTestGateway(t);
  const { page } = await openPage(await newPerson(t), `http://127.0.0.1:${gateway.port}/`);
  await page.getByLabel('Gateway token').waitFor();
  // Only the fragment differs, so the browser loads nothing.
  await page.evaluate((token) => location.assign(`#token=${token}`), TOKEN);
  await page.getByText('Connected to').waitFor();
  assert.equal(page.url(), `http://127.0.0.1:${gateway.port}/`);
  await page.evaluate(() => location.assign('#token=of-somebody-else'));
  await page.waitForURL(`http://127.0.0.1:${gateway.port}/`);
  assert.equal(await page.getByText('Connected to').isVisible(), true);
});

test('the form is ready to be typed into, the first time and after a refusal', async (t) => {
  const gateway = await startTestGateway(t);
  const person = await newPerson(t, { locale: 'zh-CN' });
  const { page } = await openPage(person, `http://127.0.0.1:${gateway.port}/`);
  await page.getByLabel('网关令牌').waitFor();
  await page.keyboard.type('wrong');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('这不是此网关的令牌').waitFor();
  await page.keyboard.type(TOKEN);
  await page.keyboard.press('Enter');
  await page.getByText('已连接到').waitFor();
});

test('what somebody ran is not there for whoever signs in next in the same tab', async (t) => {
  const gateway = await startTestGateway(t);
  startLocalNode(t, gateway, { name: 'workshop' });
  const { page } = await openSignedIn(t, gateway, { panel: 'nodes' });
  await page.getByRole('button', { name: 'Run a command on workshop' }).click();
  await page.getByLabel('Command for workshop').fill('echo of the first');
  await page.keyboard.press('Enter');
  const output = page.getByRole('group', { name: 'Output' });
  await output.getByText('of the first').waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await signInAgain(page);
  await page.getByRole('heading', { name: 'workshop' }).waitFor();
  assert.equal(await output.count(), 0);
});

test('asks for a password where the gateway wants one', async (t) => {
  const gateway = await startTestGateway(t, {
    gateway: { auth: { mode: 'password', password: 'correct horse' } },
  });
  const { page } = await openPage(await newPerson(t), `http://127.0.0.1:${gateway.port}/`);
  await page.getByLabel('Gateway password').fill('correct horse');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Connected to').waitFor();
});

test('offers only what the chosen access allows', async (t) => {
  const gateway = await startTestGateway(t);
  await populate(t, gateway);
  const { page } = await openPage(await newPerson(t), `http://127.0.0.1:${gateway.port}/`);
  await page.getByLabel('Gateway token').fill(TOKEN);
  await page.getByLabel('What this tab may do').selectOption('read');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Connected to').waitFor();
  const nav = page.getByRole('navigation');
  assert.deepEqual(await nav.getByRole('link').allInnerTexts(), ['Overview', 'Nodes', 'Doctor', 'Logs']);
  await page.goto(`http://127.0.0.1:${gateway.port}/#/nodes`);
  await page.getByRole('heading', { name: 'workshop' }).waitFor();
  assert.equal(
    await page.getByRole('button', { name: /Approve|Run a command|Manage|Add a node/ }).count(),
    0,
  );
});

test('approvals only: questions are answered, nothing else is offered', async (t) => {
  const gateway = await startTestGateway(t);
  await populate(t, gateway);
  const { page } = await openSignedIn(t, gateway, { access: 'approvals' });
  await page.getByText('Approvals only', { exact: true }).waitFor();
  assert.deepEqual(
    await page.getByRole('navigation').getByRole('link').locator('> span:not(.count)').allInnerTexts(),
    ['Overview', 'Nodes', 'Approvals', 'Doctor', 'Logs'],
  );
  await page.goto(`http://127.0.0.1:${gateway.port}/#/config`);
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await page.goto(`http://127.0.0.1:${gateway.port}/#/nodes`);
  await page.getByRole('heading', { name: 'workshop' }).waitFor();
  assert.equal(await page.getByRole('button', { name: /^(Approve|Run a command|Manage)/ }).count(), 0);
  await page.goto(`http://127.0.0.1:${gateway.port}/#/approvals`);
  await page.getByRole('button', { name: 'Deny' }).click();
  await page.getByText('Nothing waits for an answer').waitFor();
});

test('a browser from elsewhere waits for approval and then opens by itself', async (t) => {
  const gateway = await startTestGateway(t);
  const context = await newPerson(t, { extraHTTPHeaders: { 'x-forwarded-for': '203.0.113.9' } });
  const { page } = await openPage(context, `http://127.0.0.1:${gateway.port}/#token=${TOKEN}`);
  await page.getByRole('heading', { name: 'This browser is new to the gateway' }).waitFor();
  const command = String(await page.locator('pre').textContent());
  const operator = await connectOperator(gateway);
  cleanUp(t, () => operator.close());
  await operator.request('device.pair.approve', { requestId: command.split(' ').at(-1) });
  await page.getByText('Connected to').waitFor();
});

test('a browser whose access is revoked is told so at once, and goes on where it was after signing in', async (t) => {
  const gateway = await startTestGateway(t);
  const { page } = await openSignedIn(t, gateway, { panel: 'logs' });
  const operator = await connectOperator(gateway);
  cleanUp(t, () => operator.close());
  await operator.request('device.token.revoke', { deviceId: pageDevice(gateway), role: 'operator' });
  await page.getByRole('alert').getByText('its access was revoked or replaced').waitFor();
  await signInAgain(page);
  await page.getByRole('heading', { level: 1, name: 'Logs' }).waitFor();
});

test('a token that ran out while the page was away, replaced by a newer one, is told as such', async (t) => {
  const gateway = await startTestGateway(t);
  const { page, complaints } = await openSignedIn(t, gateway, { panel: 'nodes' });
  const operator = await connectOperator(gateway);
  cleanUp(t, () => operator.close());
  await operator.request('device.token.rotate', { deviceId: pageDevice(gateway), role: 'operator' });
  // The tab comes back with the token it kept, as after a night with the lid closed.
  await page.reload();
  await page.getByRole('alert').getByText('its access was revoked or replaced').waitFor();
  const kept = await page.evaluate(() => JSON.stringify({ ...sessionStorage }));
  assert.doesNotMatch(kept, /token/i, 'the old token is forgotten');
  await signInAgain(page);
  await page.getByRole('heading', { level: 1, name: 'Nodes' }).waitFor();
  assert.deepEqual(complaints, []);
});

test('a link with a token that is not that of the gateway is refused in words, and leaves the address', async (t) => {
  const gateway = await startTestGateway(t);
  const { page } = await openPage(
    await newPerson(t),
    `http://127.0.0.1:${gateway.port}/#token=${'0'.repeat(48)}`,
  );
  await page.getByRole('alert').getByText('This is not the token of this gateway').waitFor();
  assert.equal(page.url(), `http://127.0.0.1:${gateway.port}/`, 'a wrong token leaves the address, too');
  await signInAgain(page);
});

function pageDevice(gateway: Awaited<ReturnType<typeof startTestGateway>>): string {
  const device = gateway.core.store.devices
    .listPaired()
    .find(({ clientId }) => clientId === 'clawdbot-control-ui');
  return device?.deviceId ?? '';
}

async function signInAgain(page: Page): Promise<void> {
  await page.getByLabel('Gateway token').fill(TOKEN);
  await page.keyboard.press('Enter');
  await page.getByText('Connected to').waitFor();
}

test('where no secret is wanted nobody is asked for one; a refusal nobody can settle here is told as such', async (t) => {
  const gateway = await startTestGateway(t, { gateway: { auth: { mode: 'none' } } });
  const here = await openPage(await newPerson(t), `http://127.0.0.1:${gateway.port}/`);
  await here.page.getByText('Connected to').waitFor();
  const away = await newPerson(t, { extraHTTPHeaders: { 'x-forwarded-for': '203.0.113.9' } });
  const { page } = await openPage(away, `http://127.0.0.1:${gateway.port}/`);
  await page.getByRole('heading', { name: /does not let this page in/ }).waitFor();
  await page.getByText('gateway auth required behind reverse proxy').waitFor();
});

test('offline: values stay and are said to be old, what was asked fails with a reason, and all comes back', async (t) => {
  const gateway = await startTestGateway(t);
  await populate(t, gateway);
  // The network between page and gateway: cut off, every connection ends and no new one is made.
  const open = new Set<Socket>();
  let isCut = false;
  const network = createServer((near) => {
    if (isCut) return void near.destroy();
    const far = connect(gateway.port, '127.0.0.1');
    for (const socket of [near, far]) open.add(socket.on('error', () => {}));
    near.pipe(far).pipe(near);
  }).listen(0, '127.0.0.1');
  await once(network, 'listening');
  cleanUp(t, () => {
    for (const socket of open) socket.destroy();
    network.close();
  });
  const { port } = network.address() as AddressInfo; // it listens on TCP
  const { page } = await openSignedIn(t, { port }, { panel: 'nodes' });
  await page.getByRole('heading', { name: 'workshop' }).waitFor();
  isCut = true;
  for (const socket of open) socket.destroy();
  await page.getByText('What you see is from before').waitFor();
  assert.equal(await page.getByRole('heading', { name: 'workshop' }).isVisible(), true);
  await page.getByRole('button', { name: 'Reject raspberry-kitchen' }).click();
  await page.getByRole('alert').getByText('Nothing was sent.').waitFor();
  isCut = false;
  await page.getByRole('button', { name: 'Try now' }).click();
  await page.getByText('What you see is from before').waitFor({ state: 'detached' });
});
