import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, test } from 'node:test';
import type { Page } from 'playwright-core';
import { cleanUp } from '../clean-up.ts';
import { startTestGateway } from '../gateway/support/gateway.ts';
import { connectOperator } from '../gateway/support/peers.ts';
import { closeBrowser, openSignedIn } from './browser.ts';
import { ASKING, askAboutCommand, startLocalNode } from './populate.ts';

after(closeBrowser);

test('of two people who answer one question, the first counts and the second sees that it is gone', async (t) => {
  const gateway = await startTestGateway(t);
  const { asker, answer } = await askAboutCommand(t, gateway, { id: 'one', command: 'make deploy' });
  const people = await Promise.all([
    openSignedIn(t, gateway, { panel: 'approvals' }),
    openSignedIn(t, gateway, { panel: 'approvals' }),
  ]);
  await Promise.all(
    people.map(({ page }) => page.getByRole('group', { name: 'The whole command' }).waitFor()),
  );
  // Whoever is slower may find the button gone before the mouse arrives; that is an end as good as a refusal.
  const press = (page: Page, name: string) =>
    Promise.race([
      page.getByRole('button', { name }).click(),
      page.getByText('Nothing waits for an answer').waitFor(),
    ]);
  await Promise.all([press(people[0].page, 'Allow once'), press(people[1].page, 'Deny')]);
  await Promise.all(people.map(({ page }) => page.getByText('Nothing waits for an answer').waitFor()));
  const { decision } = (await answer) as { decision: string };
  assert.ok(['allow-once', 'deny'].includes(decision));
  assert.equal(asker.events.filter(({ event }) => event === 'exec.approval.resolved').length, 1);
});

test('shows the whole command with everything hidden made visible', async (t) => {
  const gateway = await startTestGateway(t);
  const command = 'rm -rf /srv/\u202e/pmt/ \u200b --no-preserve-root\nsecond line';
  await askAboutCommand(t, gateway, { id: 'hidden', command });
  const { page } = await openSignedIn(t, gateway, { panel: 'approvals' });
  const shown = String(await page.getByRole('group', { name: 'The whole command' }).textContent());
  // The gateway writes it out already, for approvers of others, which draw what they get.
  assert.ok(shown.includes('rm -rf /srv/\\u{202e}/pmt/ \\u{200b} --no-preserve-root\\nsecond line'), shown);
});

test('edits the rules of a node and shows both versions when somebody else saved meanwhile', async (t) => {
  const gateway = await startTestGateway(t);
  startLocalNode(t, gateway, { name: 'workshop', policy: ASKING });
  const { page } = await openSignedIn(t, gateway, { panel: 'approvals' });
  await page.getByLabel('Machine').selectOption({ label: 'workshop' });
  await page.getByLabel('Agent', { exact: true }).selectOption({ label: 'main' });
  await page.getByText('/usr/bin/uptime').first().waitFor();
  await page.getByLabel('Path pattern of a program').fill('/usr/bin/htop');
  await page.getByRole('button', { name: 'Add', exact: true }).click();

  const nodeId = [...gateway.core.nodes.nodeIds()][0];
  const other = await connectOperator(gateway);
  cleanUp(t, () => other.close());
  const before = (await other.request('exec.approvals.node.get', { nodeId })) as { hash: string };
  await other.request('exec.approvals.node.set', {
    nodeId,
    file: { ...ASKING, agents: { main: { allowlist: [{ pattern: '/usr/bin/theirs' }] } } },
    baseHash: before.hash,
  });

  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Somebody saved another version meanwhile').waitFor();
  const diff = String(
    await page.getByRole('group', { name: 'Their version compared with yours' }).textContent(),
  );
  assert.match(diff, /− .*theirs/);
  assert.match(diff, /\+ .*htop/);
  assert.equal(await page.getByLabel('Machine').isDisabled(), true, 'nor is a conflict left by accident');
  await page.getByRole('button', { name: 'Save mine over theirs' }).click();
  await page.getByText('Somebody saved another version meanwhile').waitFor({ state: 'detached' });
  const now = (await other.request('exec.approvals.node.get', { nodeId })) as { file: object };
  assert.match(JSON.stringify(now.file), /htop/);
  assert.doesNotMatch(JSON.stringify(now.file), /theirs/);
});

test('rules that somebody else saved are there after a look, as long as nothing is edited', async (t) => {
  const gateway = await startTestGateway(t);
  const node = startLocalNode(t, gateway, { name: 'workshop', policy: ASKING });
  const { page } = await openSignedIn(t, gateway, { panel: 'approvals' });
  await page.getByLabel('Machine').selectOption({ label: 'workshop' });
  await page.getByLabel('Agent', { exact: true }).selectOption({ label: 'main' });
  await page.getByText('/usr/bin/uptime').first().waitFor();
  const theirs = { ...ASKING, agents: { main: { allowlist: [{ pattern: '/usr/bin/theirs' }] } } };
  writeFileSync(node.paths.execApprovals, JSON.stringify(theirs));
  const panel = page.getByRole('region', { name: 'Rules' });
  await panel.getByRole('button', { name: 'Load again' }).click();
  await page.getByText('/usr/bin/theirs').first().waitFor();
  await page.getByLabel('Path pattern of a program').fill('/usr/bin/mine');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  writeFileSync(node.paths.execApprovals, JSON.stringify(ASKING));
  await panel.getByRole('button', { name: 'Load again' }).click();
  await panel.getByText('just now').waitFor();
  assert.equal(await page.getByText('/usr/bin/mine').first().isVisible(), true, 'what is edited stays');
});

test('a question is open as long as the gateway says, whatever the clock of the browser', async (t) => {
  const gateway = await startTestGateway(t);
  for (const aheadMs of [30 * 60_000, -30 * 60_000]) {
    const { page } = await openSignedIn(t, gateway, { aheadMs, panel: 'approvals' });
    const { answer } = await askAboutCommand(t, gateway, {
      id: `skew ${aheadMs}`,
      command: 'make',
      timeoutMs: 170_000,
    });
    await page.getByText('2 min left').waitFor();
    assert.match(await page.title(), /^\(1\) /);
    await page.getByRole('button', { name: 'Allow once' }).click();
    assert.equal(((await answer) as { decision: string }).decision, 'allow-once');
    await page
      .getByRole('region', { name: 'Audit log' })
      .getByText(/just now|\d s ago/)
      .nth(1)
      .waitFor();
  }
});

test('the rules of the gateway\u2019s own host: three words of the defaults are chosen, seen as a change, and saved', async (t) => {
  const gateway = await startTestGateway(t);
  const { page } = await openSignedIn(t, gateway, { panel: 'approvals' });
  await page.getByLabel('When to ask').waitFor();
  assert.equal(await page.getByLabel('Machine').inputValue(), '', 'the host of the gateway comes first');
  await page.getByLabel('What may run').selectOption({ label: 'Programs on the list' });
  await page.getByLabel('When to ask').selectOption({ label: 'When no rule covers it' });
  await page.getByLabel('When nobody answers').selectOption({ label: 'Nothing' });
  const changes = page.getByRole('group', { name: 'What will change' });
  assert.match(String(await changes.textContent()), /on-miss/);
  assert.equal(await page.getByLabel('Machine').isDisabled(), true, 'a draft is not left by accident');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await changes.waitFor({ state: 'detached' });
  const saved = JSON.parse(readFileSync(gateway.core.paths.execApprovals, 'utf8'));
  const { security, ask, askFallback } = saved.defaults;
  assert.deepEqual(
    { security, ask, askFallback },
    { security: 'allowlist', ask: 'on-miss', askFallback: 'deny' },
  );
});

test('a question that runs out of time leaves the queue, the title and the count', async (t) => {
  const gateway = await startTestGateway(t);
  const { page } = await openSignedIn(t, gateway, { panel: 'approvals' });
  await page.getByText('Nothing waits for an answer').waitFor();
  const { answer } = await askAboutCommand(t, gateway, { id: 'short', command: 'make', timeoutMs: 12_000 });
  await page.getByText('May this run?').waitFor();
  assert.match(await page.title(), /^\(1\) /);
  await page.getByText('May this run?').waitFor({ state: 'detached' });
  assert.doesNotMatch(await page.title(), /^\(/);
  assert.equal(((await answer) as { decision: string | null }).decision, null);
});
