/**
 * Takes the pictures in `docs/images`: `node test/control-ui/screenshots.ts` after a build. Needs Chromium, and a
 * Chinese font (Debian: fonts-wqy-microhei) for the pictures to have no boxes in them.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { startTestGateway } from '../gateway/support/gateway.ts';
import { closeBrowser, newPerson, openPage, openSignedIn } from './browser.ts';
import { populate } from './populate.ts';

const DIRECTORY = join(import.meta.dirname, '..', '..', 'docs', 'images');
const PANELS = ['overview', 'nodes', 'approvals', 'logs', 'config'] as const;
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 };

after(closeBrowser);
mkdirSync(DIRECTORY, { recursive: true });

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [suffix, size] of [
    ['', { viewport: { width: 1280, height: 860 } }],
    ['-phone', PHONE],
  ] as const) {
    test(`${colorScheme}${suffix}`, async (t) => {
      const gateway = await startTestGateway(t);
      writeLog(gateway.core.logFile);
      await populate(t, gateway);
      const { page } = await openSignedIn(t, gateway, { colorScheme, ...size });
      for (const panel of PANELS) {
        await page.goto(`http://127.0.0.1:${gateway.port}/#/${panel}`);
        await page.locator('.panel').first().waitFor();
        await page.locator('.loading').first().waitFor({ state: 'detached' });
        if (panel === 'nodes') {
          await page.getByRole('button', { name: 'Run a command on build-server' }).click();
          await page.getByLabel('Command for build-server').fill('uname -sr; uptime');
          await page.keyboard.press('Enter');
          await page.getByText('Done, status 0').waitFor();
        }
        if (panel === 'approvals') {
          await page.getByLabel('Machine').selectOption({ label: 'workshop' });
          await page.getByLabel('Part').selectOption({ label: 'main' });
          await page.getByText('/usr/bin/uptime').waitFor();
        }
        if (panel === 'overview') await page.locator('.sparkline').waitFor();
        await page.screenshot({ path: join(DIRECTORY, `${panel}-${colorScheme}${suffix}.png`) });
      }
    });
  }

  test(`sign-in in ${colorScheme}`, async (t) => {
    const gateway = await startTestGateway(t);
    const context = await newPerson(t, { colorScheme, viewport: { width: 1280, height: 860 } });
    const { page } = await openPage(context, `http://127.0.0.1:${gateway.port}/`);
    await page.getByLabel('Gateway token').waitFor();
    await page.screenshot({ path: join(DIRECTORY, `sign-in-${colorScheme}.png`) });
  });
}

test('Chinese', async (t) => {
  const gateway = await startTestGateway(t);
  await populate(t, gateway);
  const { page } = await openSignedIn(t, gateway);
  await page.getByRole('button', { name: '中文' }).click();
  await page.getByRole('heading', { level: 1, name: '概览' }).waitFor();
  await page.screenshot({ path: join(DIRECTORY, 'overview-chinese.png') });
});

/** A morning of an ordinary gateway, with a warning and an error in it. */
function writeLog(file: string): void {
  const line = (index: number, subsystem: string, message: string, level = 'INFO') =>
    JSON.stringify({
      0: JSON.stringify({ subsystem }),
      1: message,
      _meta: { logLevelName: level },
      time: new Date(Date.UTC(2026, 0, 15, 8, 0, index * 7)).toISOString(),
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
