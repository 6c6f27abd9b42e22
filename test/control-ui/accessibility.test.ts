import assert from 'node:assert/strict';
import { chmodSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, test } from 'node:test';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { startTestGateway } from '../gateway/support/gateway.ts';
import { closeBrowser, newPerson, openEverything, openPage, openSignedIn } from './browser.ts';
import { populate } from './populate.ts';
import { startWholeGateway } from './whole-gateway.ts';

after(closeBrowser);

const PANELS = ['overview', 'nodes', 'approvals', 'doctor', 'logs', 'config'];
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing on any page in ${colorScheme} colours`, async (t) => {
    const gateway = await startWholeGateway(t);
    chmodSync(gateway.paths.config, 0o644); // a finding, with a repair
    await populate(t, gateway);
    // The content policy refuses foreign scripts, axe too; the policy itself has its own test.
    const { page } = await openSignedIn(t, gateway, { colorScheme, bypassCSP: true });
    const open = async (panel: string) => {
      await page.goto(`http://127.0.0.1:${gateway.port}/#/${panel}`);
      await page.locator('.panel').first().waitFor();
      await page.locator('.loading').first().waitFor({ state: 'detached' });
    };
    await page.getByText('Others may read or change private files').waitFor();
    for (const panel of PANELS) {
      await open(panel);
      if (panel === 'approvals') {
        await page.getByLabel('Machine').selectOption({ label: 'workshop' });
        await page.getByLabel('Agent', { exact: true }).selectOption({ label: 'main' });
        await page.getByLabel('Command to try').fill('uptime && id');
        await page.getByText('Would ask').waitFor();
        await page.getByRole('button', { name: 'Remove /usr/bin/git' }).click();
      }
      if (panel === 'nodes') {
        await page.getByRole('meter').first().waitFor();
        for (const name of ['Run a command on workshop', 'Manage build-server', 'History of laptop'])
          await page.getByRole('button', { name }).click();
      }
      // Everything that can be opened is open.
      await openEverything(page);
      assert.deepEqual(await violations(page), [], panel);
    }
    await page.getByRole('button', { name: 'Text', exact: true }).click();
    assert.deepEqual(await violations(page), [], 'text of the configuration');
    await open('doctor');
    await page
      .getByRole('button', { name: /^Fix: / })
      .first()
      .click();
    await page.getByText('What will be changed').waitFor();
    assert.deepEqual(await violations(page), [], 'repair');
    await page.keyboard.press('Escape');
    await open('nodes');
    await page.getByRole('button', { name: 'Add a node' }).click();
    await page.getByText('The same line, for a camera').click();
    await page.locator('svg.qr').waitFor();
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

test('nothing moves for those who want no motion; for the others what moves is short and stays in its place', async (t) => {
  const gateway = await startTestGateway(t);
  // Nothing that loads ever ends here: what shows that it loads stays.
  const motionOf = async (reducedMotion: 'reduce' | 'no-preference') => {
    const { page } = await openSignedIn(t, gateway, { reducedMotion });
    await page.route('**/assets/logs-*', () => {});
    const seen: Motion[] = [];
    for (const panel of PANELS) {
      await page.goto(`http://127.0.0.1:${gateway.port}/#/${panel}`);
      await page
        .locator(panel === 'logs' ? '.loading' : '.panel')
        .first()
        .waitFor();
      await page.keyboard.press('Control+k');
      await page.locator('dialog').hover();
      seen.push(await page.evaluate(readMotion));
      await page.keyboard.press('Escape');
    }
    return seen;
  };
  for (const motion of await motionOf('reduce'))
    assert.deepEqual(motion, { animations: [], transitionsMs: [], scrolls: [] });
  const moving = await motionOf('no-preference');
  assert.ok(moving.some(({ animations }) => animations.includes('breathe: opacity')));
  for (const { animations, transitionsMs, scrolls } of moving) {
    assert.deepEqual(
      animations.filter((each) => each !== 'breathe: opacity'),
      [],
    );
    assert.ok(transitionsMs.length > 0 && Math.max(...transitionsMs) <= 200, String(transitionsMs));
    assert.deepEqual(scrolls, []);
  }
});

type Motion = { animations: string[]; transitionsMs: number[]; scrolls: string[] };

/** Runs in the page: what is moving, what would move when it changed, and who scrolls slowly. */
function readMotion(): Motion {
  const styles = [...document.querySelectorAll('*')].flatMap((element) =>
    [null, '::before', '::after', '::backdrop'].map((part) => getComputedStyle(element, part)),
  );
  const animations = document
    .getAnimations()
    .filter((each) => each instanceof CSSAnimation)
    .map((each) => {
      const frames = each.effect instanceof KeyframeEffect ? each.effect.getKeyframes() : [];
      const moved = frames.flatMap((frame) =>
        Object.keys(frame).filter((name) => !/offset|easing|composite/i.test(name)),
      );
      return `${each.animationName}: ${[...new Set(moved)].join(', ')}`;
    });
  const durations = styles.flatMap(({ transitionDuration }) =>
    transitionDuration.split(',').map((text) => Number.parseFloat(text) * 1_000),
  );
  return {
    animations,
    transitionsMs: [...new Set(durations)].filter((ms) => ms > 0),
    scrolls: styles.map(({ scrollBehavior }) => scrollBehavior).filter((word) => word === 'smooth'),
  };
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  const results = await page.evaluate<AxeResults>('axe.run(document)');
  return results.violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(' | ')}`,
  );
}
