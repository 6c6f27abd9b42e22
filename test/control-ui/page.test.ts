import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { request } from 'node:http';
import { after, test } from 'node:test';
import { startTestGateway, TOKEN } from '../gateway/support/gateway.ts';
import { closeBrowser, newPerson, openEverything, openPage, openSignedIn } from './browser.ts';
import { populate, startLocalNode } from './populate.ts';
import { startWholeGateway } from './whole-gateway.ts';

after(closeBrowser);

const PANELS = ['overview', 'nodes', 'approvals', 'doctor', 'logs', 'config'] as const;
const FIRST_VIEW_BYTES = 60_000;
const ANY_VIEW_BYTES = 120_000;

test('the first view costs at most 60 kB, every page at most 120 kB', async (t) => {
  const gateway = await startTestGateway(t);
  for (const panel of PANELS) {
    const { page } = await openSignedIn(t, gateway);
    await page.goto(`http://127.0.0.1:${gateway.port}/#/${panel}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForLoadState('networkidle');
    const bytes = await page.evaluate(() =>
      ['navigation', 'resource']
        .flatMap((type) => performance.getEntriesByType(type) as PerformanceResourceTiming[])
        .filter(({ name }) => !/\/(?:healthz|readyz)$/.test(name))
        .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
    );
    assert.ok(bytes > 10_000, 'the measurement sees the files');
    assert.ok(
      bytes <= (panel === 'overview' ? FIRST_VIEW_BYTES : ANY_VIEW_BYTES),
      `${panel}: ${bytes} bytes`,
    );
    t.diagnostic(`${panel}: ${bytes} bytes on the wire`);
  }
});

test('nothing is wider than a phone of 360 px, opened or not', async (t) => {
  const gateway = await startWholeGateway(t);
  chmodSync(gateway.paths.config, 0o644); // a finding, with a repair
  await populate(t, gateway);
  const { page } = await openSignedIn(t, gateway, { viewport: { width: 360, height: 720 } });
  await page.getByText('Others may read or change private files').waitFor();
  const assertFits = async (what: string) => {
    await openEverything(page);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 360, `${what} is ${width} px wide`);
  };
  for (const panel of PANELS) {
    await page.goto(`http://127.0.0.1:${gateway.port}/#/${panel}`);
    await page.locator('.panel').first().waitFor();
    await page.locator('.loading').first().waitFor({ state: 'detached' });
    if (panel === 'approvals') {
      await page.getByLabel('Machine').selectOption({ label: 'workshop' });
      await page.getByLabel('Agent', { exact: true }).selectOption({ label: 'main' });
      await page.getByLabel('Command to try').fill('uptime && id');
      await page.getByText('Would ask').waitFor();
    }
    await assertFits(panel);
  }
  await page.goto(`http://127.0.0.1:${gateway.port}/#/nodes`);
  await page.getByRole('button', { name: 'Manage build-server' }).click();
  await page.getByRole('button', { name: 'History of laptop' }).click();
  await assertFits('nodes with drawers');
  await page.getByRole('button', { name: 'Add a node' }).click();
  await assertFits('the dialog');
});

test('at no width does the bar at the top grow, spill over or press letters below each other', async (t) => {
  const gateway = await startTestGateway(t);
  for (const locale of ['en-GB', 'zh-CN']) {
    for (const access of ['full', 'approvals', 'read'] as const) {
      const context = await newPerson(t, { locale });
      await context.addInitScript((word) => sessionStorage.setItem('clawdbot.access', word), access);
      const { page } = await openPage(context, `http://127.0.0.1:${gateway.port}/#token=${TOKEN}`);
      await page.locator('.shell').waitFor();
      for (const width of [360, 480, 768, 900, 1024, 1280]) {
        await page.setViewportSize({ width, height: 700 });
        const { bar, title, spill } = await page.evaluate(() => {
          const box = (selector: string) => document.querySelector(selector)?.getBoundingClientRect();
          return {
            bar: box('.top-bar')?.height ?? 0,
            title: box('h1')?.height ?? 0,
            spill: document.documentElement.scrollWidth - document.documentElement.clientWidth,
          };
        });
        const where = `${locale}, ${access}, ${width} px`;
        // A second line only on a phone, for what the tab may do.
        assert.ok(bar < (access !== 'full' && width < 760 ? 100 : 60), `${where}: the bar is ${bar} px high`);
        assert.ok(title < 40, `${where}: the title takes ${title} px`);
        assert.equal(spill, 0, `${where}: wider than the window`);
      }
      await context.close();
    }
  }
});

test('a setting has room for its words beside its field, or above it', async (t) => {
  const gateway = await startTestGateway(t);
  const { page } = await openSignedIn(t, gateway, { panel: 'config' });
  await page.locator('.form-field').first().waitFor();
  for (const width of [360, 768, 900, 1024]) {
    await page.setViewportSize({ width, height: 700 });
    const narrowest = await page.evaluate(() =>
      Math.min(
        ...[...document.querySelectorAll('.form-field label')].map((label) => label.clientWidth || 999),
      ),
    );
    assert.ok(narrowest > 200, `${narrowest} px at ${width}`);
  }
});

test('speaks Chinese where the browser prefers it, and English after the switch', async (t) => {
  const gateway = await startTestGateway(t);
  const { page } = await openPage(
    await newPerson(t, { locale: 'zh-CN' }),
    `http://127.0.0.1:${gateway.port}/`,
  );
  await page.getByRole('heading', { name: '登录网关' }).waitFor();
  assert.equal(await page.locator('html').getAttribute('lang'), 'zh-Hans');
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('heading', { name: 'Sign in to the gateway' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'Sign in to the gateway' }).waitFor();
});

test('the palette and the shortcuts reach everything by keyboard', async (t) => {
  const gateway = await startTestGateway(t);
  const { page } = await openSignedIn(t, gateway);
  const palette = page.locator('input[role=combobox]:focus');
  await page.keyboard.press('Control+k');
  await palette.waitFor();
  await page.keyboard.type('logs');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Logs' }).waitFor();
  await page.keyboard.press('Alt+2');
  await page.getByRole('heading', { level: 1, name: 'Nodes' }).waitFor();
  await page.keyboard.press('Control+k');
  await palette.waitFor();
  await page.keyboard.type('dark');
  await page.keyboard.press('Enter');
  await page.locator('html[data-theme=dark]').waitFor({ state: 'attached' });
});

test('the colours follow the machine until somebody chooses, and the choice is kept', async (t) => {
  const gateway = await startTestGateway(t);
  const { page } = await openSignedIn(t, gateway, { colorScheme: 'dark' });
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await ground();
  await page.emulateMedia({ colorScheme: 'light' });
  const light = await ground();
  assert.notEqual(light, dark);
  await page.getByRole('button', { name: 'Colours: system. Switch' }).click();
  await page.getByRole('button', { name: 'Colours: light. Switch' }).click();
  assert.equal(await ground(), dark);
  await page.reload();
  await page.getByText('Connected to').waitFor();
  assert.equal(await ground(), dark);
});

test('a value that was not renewed in time is said to be out of date', async (t) => {
  const gateway = await startTestGateway(t);
  startLocalNode(t, gateway, { name: 'workshop' });
  const context = await newPerson(t);
  const page = await context.newPage();
  await page.clock.install();
  await page.goto(`http://127.0.0.1:${gateway.port}/#token=${TOKEN}`);
  await page.getByText('Connected to').waitFor();
  await page.goto(`http://127.0.0.1:${gateway.port}/#/nodes`);
  await page.getByRole('meter').first().waitFor();
  // A tab nobody looks at asks for nothing; its values grow old meanwhile.
  await page.evaluate(() => Object.defineProperty(document, 'visibilityState', { value: 'hidden' }));
  await page.clock.runFor(40_000);
  // The list, and the load of the node.
  await page.getByText('out of date').nth(1).waitFor();
});

test('who comes back to the first page finds what was known, and a course that goes on', async (t) => {
  const gateway = await startTestGateway(t);
  const { page } = await openSignedIn(t, gateway);
  const roundTrip = page.locator('.vital', { hasText: 'Round trip' });
  await roundTrip.getByText(/last \d+ s/).waitFor({ timeout: 30_000 });
  await page.goto(`http://127.0.0.1:${gateway.port}/#/nodes`);
  await page.getByText('No nodes yet').waitFor();
  await page.goto(`http://127.0.0.1:${gateway.port}/#/overview`);
  assert.match((await roundTrip.textContent()) ?? '', /last \d+ s/);
});

test('the page lives under its base path', async (t) => {
  const gateway = await startTestGateway(t, { gateway: { controlUi: { basePath: '/op' } } });
  const { page, complaints } = await openPage(await newPerson(t), `http://127.0.0.1:${gateway.port}/op`);
  await page.getByLabel('Gateway token').waitFor();
  assert.equal(page.url(), `http://127.0.0.1:${gateway.port}/op/`);
  assert.deepEqual(complaints, []);
});

test('hashed files may be kept for ever, the document is asked for each time', async (t) => {
  const gateway = await startTestGateway(t);
  const get = (path: string) =>
    new Promise<{ status: number | undefined; cache: string | undefined; body: string }>(
      (resolve, reject) => {
        request({ host: '127.0.0.1', port: gateway.port, path, agent: false }, async (response) => {
          let body = '';
          for await (const chunk of response) body += chunk;
          resolve({ status: response.statusCode, cache: response.headers['cache-control'], body });
        })
          .on('error', reject)
          .end();
      },
    );
  const document = await get('/');
  assert.equal(document.cache, 'no-store');
  const [script] = /assets\/page-\w+\.js/.exec(document.body) ?? [];
  assert.deepEqual((await get(`/${script}`)).cache, 'public, max-age=31536000, immutable');
  assert.equal((await get('/assets/quiet.svg')).cache, 'no-store');
  for (const path of ['/assets/', '/assets/../page.html', '/assets/nothing.js'])
    assert.equal((await get(path)).status, 404, path);
});
