import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import type { RunningGateway } from '../../src/gateway/index.ts';
import { cleanUp } from '../clean-up.ts';
import { TOKEN } from '../gateway/support/gateway.ts';
import { PATIENCE_MS } from '../patience.ts';

let shared: Promise<Browser> | undefined;
let wrapper: string | undefined;

/** Debian's Chromium, one for all tests of a file; it talks to nobody but the pages it is given. */
export function launchBrowser(): Promise<Browser> {
  shared ??= launch('/usr/bin/chromium');
  return shared;
}

/** The same in the network of another process: what listens there is on its 127.0.0.1. */
export function launchBrowserIn(pid: number): Promise<Browser> {
  wrapper = mkdtempSync(join(tmpdir(), 'chromium-in-'));
  const program = join(wrapper, 'chromium');
  writeFileSync(program, `#!/bin/sh\nexec nsenter -t ${pid} -n /usr/bin/chromium "$@"\n`, { mode: 0o755 });
  shared ??= launch(program);
  return shared;
}

function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({
    timeout: PATIENCE_MS,
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** Ends it; for the `after` of a file. */
export async function closeBrowser(): Promise<void> {
  await (await shared)?.close();
  shared = undefined;
  if (wrapper !== undefined) rmSync(wrapper, { recursive: true, force: true });
}

export type OpenPage = {
  page: Page;
  context: BrowserContext;
  /** Everything the page complained about: exceptions, refused content, failed requests. */
  complaints: string[];
};

/** A browser profile of its own (a person), with nothing open. */
export async function newPerson(
  t: TestContext,
  options: BrowserContextOptions = {},
): Promise<BrowserContext> {
  const browser = await launchBrowser();
  const context = await browser.newContext({
    locale: 'en-GB',
    reducedMotion: 'reduce',
    viewport: { width: 1280, height: 900 },
    ...options,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  await context.addInitScript(noteLongTasks);
  cleanUp(t, () => context.close());
  return context;
}

/** Opens the page with the token in the fragment, as `clawdbot dashboard` prints it. */
export async function openSignedIn(
  t: TestContext,
  gateway: Pick<RunningGateway, 'port'>,
  options: BrowserContextOptions & {
    panel?: string;
    access?: 'read' | 'approvals';
    /** How far the clock of this browser is ahead. */
    aheadMs?: number;
  } = {},
): Promise<OpenPage> {
  const { panel, access, aheadMs, ...rest } = options;
  const context = await newPerson(t, rest);
  if (aheadMs !== undefined) await context.clock.install({ time: Date.now() + aheadMs });
  // As if it had been chosen in the form on an earlier visit of this tab.
  if (access !== undefined)
    await context.addInitScript((word) => sessionStorage.setItem('clawdbot.access', word), access);
  const opened = await openPage(context, `http://127.0.0.1:${gateway.port}/#token=${TOKEN}`);
  await opened.page.getByText(`Connected to 127.0.0.1:${gateway.port}`).waitFor();
  if (panel !== undefined) await opened.page.goto(`http://127.0.0.1:${gateway.port}/#/${panel}`);
  return opened;
}

/** A tab that notes what it complains about. */
export async function openPage(context: BrowserContext, url: string): Promise<OpenPage> {
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`exception: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' || /Content Security Policy/.test(message.text()))
      complaints.push(message.text());
  });
  await page.goto(url);
  return { page, context, complaints };
}

/** Opens whatever of the page can be opened in its place. */
export async function openEverything(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const each of document.querySelectorAll('details')) each.open = true;
    for (const each of document.querySelectorAll<HTMLElement>('button.disclosure[aria-expanded="false"]'))
      each.click();
  });
  await page.waitForFunction(
    () => document.querySelector('button.disclosure[aria-expanded="false"]') === null,
  );
}

/** Runs in the page: keeps what blocked it for more than 50 ms (Long Tasks API). */
function noteLongTasks(): void {
  const durations: number[] = [];
  Object.assign(window, { longTasks: durations });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) durations.push(duration);
  }).observe({ type: 'longtask', buffered: true });
}

/** A sentence about what blocked the page since it was opened, or since the last call; for people, as machines differ. */
export async function longTaskText(page: Page): Promise<string> {
  const durations = await page.evaluate(() => {
    const { longTasks } = window as unknown as { longTasks: number[] }; // set by noteLongTasks
    return longTasks.splice(0);
  });
  const over = durations.filter((duration) => duration > 100).length;
  return `long tasks: ${durations.length}, longest ${Math.round(Math.max(0, ...durations))} ms, ${over} over 100 ms`;
}
