import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import type { Page } from 'playwright-core';
import { startTestGateway, TOKEN } from '../gateway/support/gateway.ts';
import { until } from '../node/fixtures/running-node.ts';
import { closeBrowser, newPerson, openPage, openSignedIn } from './browser.ts';
import { ASKING, askAboutCommand, startLocalNode } from './populate.ts';

after(closeBrowser);

/** The rules of `main` on the node. */
async function openRules(page: Page, node: string): Promise<void> {
  await page.getByLabel('Machine').selectOption({ label: node });
  await page.getByLabel('Agent', { exact: true }).selectOption({ label: 'main' });
  await page.getByText('/usr/bin/uptime').first().waitFor();
}

test('a command is tried against the rules as they are on the page, before they are saved', async (t) => {
  const gateway = await startTestGateway(t);
  startLocalNode(t, gateway, { name: 'workshop', policy: ASKING });
  const { page } = await openSignedIn(t, gateway, { panel: 'approvals' });
  await openRules(page, 'workshop');
  await page.getByLabel('Command to try').fill('uptime && id -u');
  await page.getByText('Would ask').waitFor();
  await page.getByText('On the list', { exact: true }).waitFor();
  await page.getByText('Not on the list', { exact: true }).waitFor();
  await page.getByLabel('Path pattern of a program').fill('/usr/bin/id');
  await page.getByText('Any arguments: whatever it can read').first().waitFor();
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByText('Would run').waitFor();
  await page.getByText('not saved yet').waitFor();
  await page.getByRole('button', { name: 'Discard changes' }).click();
  await page.getByText('Would ask').waitFor();
});

test('why a command would ask is Chinese on the Chinese page', async (t) => {
  const gateway = await startTestGateway(t);
  startLocalNode(t, gateway, { name: 'workshop', policy: ASKING });
  const { page } = await openPage(
    await newPerson(t, { locale: 'zh-CN' }),
    `http://127.0.0.1:${gateway.port}/#token=${TOKEN}`,
  );
  await page.getByRole('link', { name: '执行审批' }).click();
  await page.getByLabel('机器').selectOption({ label: 'workshop' });
  await page.getByLabel('要试的命令').fill('uptime && id -u');
  await page.getByText('/usr/bin/id：没有条目涵盖它').waitFor();
});

test('an agent that the file does not name yet gets rules of its own', async (t) => {
  const gateway = await startTestGateway(t);
  startLocalNode(t, gateway, { name: 'workshop', policy: ASKING });
  const { page } = await openSignedIn(t, gateway, { panel: 'approvals' });
  await openRules(page, 'workshop');
  await page.getByLabel('Agent', { exact: true }).selectOption({ label: 'Another agent…' });
  await page.getByLabel('Name of the agent').fill('night-watch');
  await page.keyboard.press('Enter');
  await page.getByLabel('What may run').selectOption({ label: 'Nothing' });
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('button', { name: 'Save', exact: true }).waitFor({ state: 'detached' });
  await page.getByLabel('Command to try').fill('uptime');
  await page.getByText('Would be refused').waitFor();
  assert.equal(
    await page
      .getByLabel('Agent', { exact: true })
      .evaluate((select: HTMLSelectElement) => select.selectedOptions[0]?.label),
    'night-watch',
  );
});

test('says what a dangerous entry gives away', async (t) => {
  const gateway = await startTestGateway(t);
  startLocalNode(t, gateway, { name: 'workshop', policy: ASKING });
  const { page } = await openSignedIn(t, gateway, { panel: 'approvals' });
  await openRules(page, 'workshop');
  for (const [pattern, note] of [
    ['/opt/tools/*', 'Covers several programs'],
    ['/usr/bin/python3', 'Can start other programs'],
    ['/tmp/x', 'can put another file in its place'],
    ['git', 'A pattern starts with /'],
  ] as const) {
    await page.getByLabel('Path pattern of a program').fill(pattern);
    await page.locator('p.note').getByText(note).waitFor();
  }
});

test('suggests what would have saved a question, history shows the run, and the audit shows and checks it all', async (t) => {
  const gateway = await startTestGateway(t);
  const node = startLocalNode(t, gateway, { name: 'workshop', policy: ASKING });
  await until('the node is connected', () => node.state()?.state === 'connected');
  const { page } = await openSignedIn(t, gateway, { panel: 'nodes' });
  await page.getByRole('button', { name: 'Run a command on workshop' }).click();
  await page.getByLabel('Command for workshop').fill('id -u');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Allow once' }).click();
  await page.getByText('Done, status 0').waitFor();
  await page.getByRole('button', { name: 'History of workshop' }).click();
  await page.getByText('What ran here').waitFor();
  await page.getByRole('button', { name: 'Again', exact: true }).first().click();
  assert.match(await page.getByLabel('Command for workshop').inputValue(), /id -u/);

  await page.goto(`http://127.0.0.1:${gateway.port}/#/approvals`);
  await openRules(page, 'workshop');
  await page.getByRole('button', { name: 'Add /usr/bin/id -u' }).click();
  assert.match(
    String(await page.getByRole('group', { name: 'What will change' }).textContent()),
    /constrained/,
  );
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Only with these arguments.').waitFor();

  const audit = page.getByRole('region', { name: 'Audit log' });
  await audit.getByText('Rules changed').last().waitFor();
  await audit.getByLabel('Kind').selectOption('answer');
  await audit.getByText('Allowed once').waitFor();
  assert.equal(
    await audit.getByText('Rules changed', { exact: true }).count(),
    1,
    'only the option of the list',
  );
  await audit.getByLabel('Kind').selectOption('all');
  await audit.getByLabel('Filter by command').fill('no such thing');
  await audit.getByText('No row matches.').waitFor();
  await audit.getByRole('button', { name: 'Check the chain' }).click();
  await audit.getByText(/^All \d+ rows are as they were written/).waitFor();

  const database = new DatabaseSync(gateway.core.paths.database);
  for (const { name } of database.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'").all())
    database.exec(`DROP TRIGGER "${name}"`);
  database.exec("UPDATE audit SET detail = replace(detail, 'id -u', 'id -g') WHERE action = 'exec.ask'");
  database.close();
  await audit.getByRole('button', { name: 'Check the chain' }).click();
  await audit.getByText(/^Row \d+ is not as it was written/).waitFor();
});

test('O, A and D answer while the card has the focus, and nowhere else', async (t) => {
  const gateway = await startTestGateway(t);
  const { answer } = await askAboutCommand(t, gateway, { id: 'one', command: 'make deploy' });
  const { page } = await openSignedIn(t, gateway, { panel: 'approvals', access: 'approvals' });
  const card = page.getByRole('group', { name: 'May this run?' });
  await card.waitFor();
  assert.equal(await page.getByLabel('Machine').count(), 0, 'rules need full access');
  await page.getByLabel('Filter by command').press('d');
  await page.keyboard.press('d');
  assert.equal(await card.count(), 1);
  await card.focus();
  await page.keyboard.press('d');
  await page.getByText('Nothing waits for an answer').waitFor();
  assert.equal(((await answer) as { decision: string }).decision, 'deny');
});
