import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, test } from 'node:test';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { startTestGateway } from '../gateway/support/gateway.ts';
import { closeBrowser, newPerson, openPage, openSignedIn } from './browser.ts';
import { populate } from './populate.ts';

after(closeBrowser);

const PANELS = ['overview', 'nodes', 'approvals', 'doctor', 'logs', 'config'];
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing on any page in ${colorScheme} colours`, async (t) => {
    const gateway = await startTestGateway(t);
    await populate(t, gateway);
    // The content policy refuses foreign scripts, axe too; the policy itself has its own test.
    const { page } = await openSignedIn(t, gateway, { colorScheme, bypassCSP: true });
    for (const panel of PANELS) {
      await page.goto(`http://127.0.0.1:${gateway.port}/#/${panel}`);
      await page.locator('.panel').first().waitFor();
      await page.locator('.loading').first().waitFor({ state: 'detached' });
      assert.deepEqual(await violations(page), [], panel);
    }
    await page.goto(`http://127.0.0.1:${gateway.port}/#/nodes`);
    await page.getByRole('button', { name: 'Add a node' }).click();
    assert.deepEqual(await violations(page), [], 'dialog');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    assert.deepEqual(await violations(page), [], 'palette');
  });

  test(`axe finds nothing in the sign-in form in ${colorScheme} colours`, async (t) => {
    const gateway = await startTestGateway(t);
    const context = await newPerson(t, { colorScheme, bypassCSP: true });
    const { page } = await openPage(context, `http://127.0.0.1:${gateway.port}/`);
    await page.getByLabel('Gateway token').waitFor();
    assert.deepEqual(await violations(page), []);
  });
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  const results = await page.evaluate<AxeResults>('axe.run(document)');
  return results.violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(' | ')}`,
  );
}
