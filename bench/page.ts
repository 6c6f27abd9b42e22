import { type Browser, chromium } from 'playwright-core';
import { installedPeers, makeHome, OURS, type Product } from './products.ts';
import { median, type Row } from './row.ts';
import { timeToAnswer } from './whole-process.ts';

/** Visits measured of each page, with a browser profile of its own: nothing cached, no key yet. */
const VISITS = 9;
/** What counts as a page with something on it. */
const LEAST_CHARACTERS = 80;
const DEADLINE_MS = 60_000;
/** Between visits, so that what the page before left to do is done. */
const PAUSE_MS = 500;

type Visit = { ms: number; kb: number };
type Served = { product: Product; address: string; visits: Visit[]; stop: () => Promise<void> };

/**
 * From navigation to usable on loopback: the page has said hello to its gateway and shows text. Beside it what came over
 * the wire by then. Ours against the published builds, for those that are installed; the visits take turns, so that what
 * else the machine does meets all of them.
 */
export async function rows(): Promise<Row[]> {
  const peers = installedPeers();
  if (peers.length === 0) console.error('peers are not installed: node test/interop/install-peers.ts');
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  });
  const served: Served[] = [];
  try {
    for (const product of [OURS, ...peers]) served.push(await serve(product));
    // The first round warms the servers and the processes of the browser.
    for (let round = 0; round <= VISITS; round += 1)
      for (const one of served) await visitInTurn(browser, one, { isCounted: round > 0 });
  } finally {
    await browser.close();
    for (const { stop } of served) await stop();
  }
  const [ours, ...theirs] = served;
  if (ours === undefined || ours.visits.length === 0) return [];
  return theirs
    .filter(({ visits }) => visits.length > 0)
    .flatMap(({ product: { name }, visits }) => [
      {
        what: 'page: navigation to usable',
        ours: median(ours.visits.map(({ ms }) => ms)),
        base: median(visits.map(({ ms }) => ms)),
        baseIs: name,
        unit: 'ms',
      },
      {
        what: 'page: first view, headers included',
        ours: median(ours.visits.map(({ kb }) => kb)),
        base: median(visits.map(({ kb }) => kb)),
        baseIs: name,
        unit: 'KB',
      },
    ]);
}

async function serve(product: Product): Promise<Served> {
  const { command, port, token, remove } = await makeHome(product);
  const url = `http://127.0.0.1:${port}/`;
  const gateway = await timeToAnswer(command('gateway', '--port', String(port)), url, 120_000);
  return {
    product,
    // The published page of 2026.1.24 takes the token from the query, ours and the successor's from the fragment.
    address: product.name.startsWith('clawdbot-') ? `${url}?token=${token}` : `${url}#token=${token}`,
    visits: [],
    stop: async () => {
      await gateway.stop();
      remove();
    },
  };
}

async function visitInTurn(
  browser: Browser,
  { product, address, visits }: Served,
  { isCounted }: { isCounted: boolean },
): Promise<void> {
  const context = await browser.newContext({ locale: 'en-GB' });
  try {
    const visit = await visitOnce(await context.newPage(), address);
    if (isCounted) visits.push(visit);
  } catch (thrown) {
    console.error(`cannot measure the page of ${product.name}: ${String(thrown).split('\n')[0]}`);
  } finally {
    await context.close();
  }
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}

type Page = Awaited<ReturnType<Browser['newPage']>>;

async function visitOnce(page: Page, address: string): Promise<Visit> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  let bytes = 0;
  session.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  const hello = new Promise<void>((resolve) => {
    page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => {
        if (String(payload).includes('hello-ok')) resolve();
      }),
    );
  });
  const late = new Promise<never>((_resolve, reject) => {
    setTimeout(() => reject(new Error(`not usable within ${DEADLINE_MS} ms`)), DEADLINE_MS).unref();
  });
  late.catch(() => {}); // the deadline of a visit that was in time
  const startedAt = performance.now();
  await page.goto(address, { waitUntil: 'commit' });
  await Promise.race([hello, late]);
  await page.waitForFunction((least) => document.body.innerText.length >= least, LEAST_CHARACTERS, {
    polling: 'raf',
    timeout: DEADLINE_MS,
  });
  return { ms: performance.now() - startedAt, kb: bytes / 1_000 };
}
