/**
 * Takes the pictures in `docs/images`: `node test/control-ui/screenshots.ts` after a build, as root: the gateway of the
 * pictures is a service of a booted systemd. Needs Chromium, and fonts for the pictures to look alike everywhere
 * (Debian: fonts-inter, fonts-jetbrains-mono, fonts-wqy-microhei), and pngquant for them to be small.
 */

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import type { Page } from 'playwright-core';
import { cleanUp } from '../clean-up.ts';
import { TOKEN } from '../gateway/support/gateway.ts';
import { bootHost, type Host } from '../systemd/host.ts';
import { configureGateway, installCopy, property } from '../systemd/installed-copy.ts';
import { until } from '../systemd/until.ts';
import { closeBrowser, launchBrowserIn, newPerson, openPage } from './browser.ts';
import { populate } from './populate.ts';

const DIRECTORY = join(import.meta.dirname, '..', '..', 'docs', 'images');
const PANELS = ['overview', 'nodes', 'approvals', 'doctor', 'logs', 'config'] as const;
const DESKTOP = { viewport: { width: 1280, height: 860 } };
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 1.5 };
const URL = 'http://127.0.0.1:18789/';
const SERVICE = 'clawdbot-gateway.service';
let host: Host;

before(async () => {
  mkdirSync(DIRECTORY, { recursive: true });
  host = await bootHost();
  await host.root(['hostname', 'homeserver']);
  installCopy(host);
  await configureGateway(host, { auth: { mode: 'token', token: TOKEN } });
  writeLog(host.path('/home/alice/.clawdbot/logs/gateway.log'));
  await host.root(['chown', '-R', 'alice:', '/home/alice/.clawdbot']);
  await host.alice(['clawdbot', 'gateway', 'install']);
  // One end and restart, so that there is something to see.
  const first = await property(host, SERVICE, 'MainPID');
  await host.signal('KILL', first);
  await until(
    'the next process',
    async () => {
      const pid = await property(host, SERVICE, 'MainPID');
      return pid !== first && Number(pid) > 1;
    },
    30_000,
  );
  await launchBrowserIn(host.leader());
});
after(async () => {
  // A third of the size, and nobody sees the difference.
  const files = readdirSync(DIRECTORY).map((name) => join(DIRECTORY, name));
  spawnSync('pngquant', ['--force', '--ext', '.png', '--skip-if-larger', '--strip', ...files]);
  await closeBrowser();
  await host?.close();
});

test('signed in', async (t) => {
  const gateway = await relay(t);
  await populate(t, gateway, { version: await version() });
  await host.alice(['chmod', '0644', '/home/alice/.clawdbot/clawdbot.json']);
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [suffix, size] of [
      ['', DESKTOP],
      ['-phone', PHONE],
    ] as const) {
      const context = await newPerson(t, { colorScheme, ...size });
      const { page } = await openPage(context, `${URL}#token=${TOKEN}`);
      await page.getByText('Connected to').waitFor();
      for (const panel of PANELS) {
        await page.goto(`${URL}#/${panel}`);
        await page.locator('.panel').first().waitFor();
        await prepare(page, panel);
        // Nothing is pointed at.
        await page.mouse.move(2, 2);
        await page.screenshot({ path: join(DIRECTORY, `${panel}-${colorScheme}${suffix}.png`) });
      }
      await context.close();
    }
  }
  const context = await newPerson(t, DESKTOP);
  const { page } = await openPage(context, `${URL}#token=${TOKEN}`);
  await page.getByText('Connected to').waitFor();
  await prepare(page, 'overview');
  await page.getByRole('button', { name: '中文' }).click();
  await page.getByRole('heading', { level: 1, name: '概览' }).waitFor();
  await page.screenshot({ path: join(DIRECTORY, 'overview-chinese.png') });
  await page.getByRole('button', { name: 'English' }).click();
  await page.goto(`${URL}#/nodes`);
  await page.getByRole('button', { name: 'Add a node' }).click();
  await page.getByLabel('Name it will have').fill('kitchen');
  await page.getByText('The same line, for a camera').click();
  await page.locator('svg.qr').waitFor();
  await page.screenshot({ path: join(DIRECTORY, 'add-node.png') });
  await page.keyboard.press('Escape');
  await page.goto(`${URL}#/doctor`);
  await page
    .getByRole('button', { name: /^Fix: / })
    .first()
    .click();
  await page.getByText('What will be changed').waitFor();
  await page.screenshot({ path: join(DIRECTORY, 'doctor-fix.png') });
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`sign-in in ${colorScheme}`, async (t) => {
    const context = await newPerson(t, { colorScheme, ...DESKTOP });
    const { page } = await openPage(context, URL);
    await page.getByLabel('Gateway token').waitFor();
    await page.screenshot({ path: join(DIRECTORY, `sign-in-${colorScheme}.png`) });
  });
}

/** Brings a page into the state that says most. */
async function prepare(page: Page, panel: (typeof PANELS)[number]): Promise<void> {
  switch (panel) {
    case 'overview':
      await page.getByText('Proven by the kernel').waitFor();
      await page.getByText('Others may read or change private files').waitFor();
      // Some samples, so that there are lines.
      await page.waitForTimeout(16_000);
      return;
    case 'nodes':
      await page.getByRole('meter').first().waitFor();
      await page.getByRole('button', { name: 'Run a command on build-server' }).click();
      await page.getByLabel('Command for build-server').fill('uname -sr; uptime');
      await page.keyboard.press('Enter');
      await page.getByText('Done, status 0').first().waitFor();
      await page.getByRole('button', { name: 'Run a command on build-server' }).click();
      await page.evaluate(() => window.scrollTo(0, 0));
      return;
    case 'approvals':
      await page.getByLabel('Machine').selectOption({ label: 'workshop' });
      await page.getByLabel('Agent', { exact: true }).selectOption({ label: 'main' });
      await page.getByText('/usr/bin/uptime').first().waitFor();
      await page.getByLabel('Command to try').fill('uptime && id -u');
      await page.getByText('Would ask').waitFor();
      await page.evaluate(() => window.scrollTo(0, 0));
      return;
    case 'doctor':
      await page.locator('.check-list').waitFor();
      return;
    case 'logs':
      await page.locator('.log-row').first().waitFor();
      return;
    case 'config':
      await page.locator('.form-field').first().waitFor();
      return;
  }
}

async function version(): Promise<string> {
  const { stdout } = await host.alice(['clawdbot', '--version']);
  return /\d+\.\d+\.\d+/.exec(stdout)?.[0] ?? '';
}

/** A port of this machine that leads to the gateway inside. */
async function relay(t: TestContext): Promise<{ url: string; port: number }> {
  const program =
    "const s = require('node:net').connect(18789, '127.0.0.1'); process.stdin.pipe(s).pipe(process.stdout)";
  const server = createServer((socket) => {
    const inside = spawn('nsenter', ['-t', String(host.leader()), '-n', process.execPath, '-e', program], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    socket.pipe(inside.stdin).on('error', () => {});
    inside.stdout.pipe(socket);
    socket.on('error', () => {});
    socket.once('close', () => inside.kill());
    inside.once('exit', () => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUp(t, () => server.close());
  // A server that listens on TCP has an address of this form.
  const { port } = server.address() as AddressInfo;
  return { url: `ws://127.0.0.1:${port}`, port };
}

/** Ten minutes of an ordinary gateway, with a warning and an error in it. */
function writeLog(file: string): void {
  const startedAtMs = Date.now() - 10 * 60_000;
  const line = (index: number, subsystem: string, message: string, level = 'INFO') =>
    JSON.stringify({
      0: JSON.stringify({ subsystem }),
      1: message,
      _meta: { logLevelName: level },
      time: new Date(startedAtMs + index * 7_000).toISOString(),
    });
  const lines = Array.from({ length: 60 }, (_, index) => {
    if (index === 41) return line(index, 'node', 'laptop: no sign of life for 60 s', 'WARN');
    if (index === 52) return line(index, 'gateway', 'cannot write the audit trail: disk full', 'ERROR');
    return index % 3 === 0
      ? line(index, 'run', `build-server: make test ended with 0 after ${index + 2} s`)
      : line(index, 'gateway', `connection ${index} of build-server is open`);
  });
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${lines.join('\n')}\n`);
}
