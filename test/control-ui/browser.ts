import type { TestContext } from 'node:test';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import type { RunningGateway } from '../../src/gateway/index.ts';
import { TOKEN } from '../gateway/support/gateway.ts';

let shared: Promise<Browser> | undefined;

/** Debian's Chromium, one for all tests of a file; it talks to nobody but the pages it is given. */
export function launchBrowser(): Promise<Browser> {
  shared ??= chromium.launch({
    executablePath: '/usr/bin/chromium',
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
  return shared;
}

/** Ends it; for the `after` of a file. */
export async function closeBrowser(): Promise<void> {
  await (await shared)?.close();
  shared = undefined;
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
  context.setDefaultTimeout(10_000);
  t.after(() => context.close());
  return context;
}

/** Opens the page with the token in the fragment, as `clawdbot dashboard` prints it. */
export async function openSignedIn(
  t: TestContext,
  gateway: Pick<RunningGateway, 'port'>,
  options: BrowserContextOptions & { panel?: string } = {},
): Promise<OpenPage> {
  const { panel, ...rest } = options;
  const context = await newPerson(t, rest);
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
