import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { bootHost, type Host, hostSkipReason } from '../systemd/host.ts';
import { configureGateway, installCopy, property, TOKEN } from '../systemd/installed-copy.ts';
import { until } from '../systemd/until.ts';
import { closeBrowser, launchBrowserIn, newPerson, openPage } from './browser.ts';

const skip = hostSkipReason() ?? false;
const SERVICE = 'clawdbot-gateway.service';
let host: Host;

before(async () => {
  if (skip) return;
  host = await bootHost();
  installCopy(host);
  await configureGateway(host);
  const ran = await host.alice(['clawdbot', 'gateway', 'install']);
  assert.equal(ran.status, 0, ran.stderr);
  await launchBrowserIn(host.leader());
});
after(async () => {
  await closeBrowser();
  await host?.close();
});

test('the page names the unit that owns the service, and the end and restart of its process', {
  skip,
}, async (t) => {
  const context = await newPerson(t);
  const { page, complaints } = await openPage(context, `http://127.0.0.1:18789/#token=${TOKEN}`);
  const service = page.getByRole('region', { name: 'Service' });
  const unit = service.getByRole('listitem').filter({ hasText: SERVICE });
  await unit.getByText('active, running').waitFor();
  await service.getByText('Proven by the kernel').waitFor();
  const pid = await property(host, SERVICE, 'MainPID');
  await service.getByText(`pid ${pid}`, { exact: true }).waitFor();
  assert.deepEqual(complaints, []);

  await host.signal('KILL', pid);
  await page.getByText('Connected to').waitFor();
  await service.getByText(/killed by signal KILL/).waitFor();
  await unit.getByText('1 restart').waitFor();
  const next = await property(host, SERVICE, 'MainPID');
  assert.notEqual(next, pid);
  await service.getByText(`pid ${next}`, { exact: true }).waitFor();
});

test('a gateway that systemd stopped is a lost connection that says what to do', { skip }, async (t) => {
  const context = await newPerson(t);
  const { page } = await openPage(context, `http://127.0.0.1:18789/#token=${TOKEN}`);
  await page.getByText('Connected to').waitFor();
  await host.alice(['clawdbot', 'gateway', 'stop']);
  await page.getByText('What you see is from before').waitFor();
  await host.alice(['clawdbot', 'gateway', 'start']);
  await page.getByText('What you see is from before').waitFor({ state: 'detached' });
});

test('a repair that interrupts asks who is to own the service, survives the restart, and says what became of it', {
  skip,
}, async (t) => {
  await host.alice(['clawdbot', 'gateway', 'stop']);
  host.start('alice', ['clawdbot', 'gateway']);
  const context = await newPerson(t);
  await until('a gateway started by hand', async () => {
    const { stdout } = await host.alice(['curl', '-s', '-m', '20', 'http://127.0.0.1:18789/readyz']);
    return stdout.includes('"ready":true');
  });
  const { page } = await openPage(context, `http://127.0.0.1:18789/#token=${TOKEN}`);
  const service = page.getByRole('region', { name: 'Service' });
  await service.getByText('inactive, dead').waitFor();

  await page.getByRole('button', { name: 'Fix: The gateway runs outside its unit' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Who is to own the service?').waitFor();
  await dialog.getByLabel(`${SERVICE} starts and waits behind the process`).check();
  await dialog.getByRole('button', { name: 'Do it' }).waitFor();
  await dialog.getByLabel(`${SERVICE} starts and takes over`).check();
  await dialog.getByText('This interrupts what runs:').waitFor();
  await dialog.getByText('takes over from pid').waitFor();
  await dialog.getByRole('button', { name: 'Interrupt and do it' }).click();

  await dialog.getByText('The problem is gone.').waitFor();
  await page.getByText('Connected to').waitFor();
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  const pid = await property(host, SERVICE, 'MainPID');
  await service.getByText(`pid ${pid}`, { exact: true }).waitFor();
  await service.getByText('active, running').waitFor();
});
