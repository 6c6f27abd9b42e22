import { chromium } from 'playwright-core';
import { installedPeers, makeHome, OURS, type Product } from './products.ts';
import { median, type Row } from './row.ts';
import { timeToAnswer } from './whole-process.ts';

/** Visits measured, each with a browser profile of its own: nothing cached, no key yet. */
const VISITS = 5;
/** What counts as a page with something on it. */
const LEAST_CHARACTERS = 80;
const DEADLINE_MS = 60_000;

/**
 * From navigation to usable on loopback: the page has said hello to its gateway and shows text. Beside it what came over
 * the wire by then. Ours against the published builds; only for those that are installed.
 */
export async function rows(): Promise<Row[]> {
  const peers = installedPeers();
  if (peers.length === 0) console.error('peers are not installed: node test/interop/install-peers.ts');
  const ours = await measure(OURS);
  const found: Row[] = [];
  for (const peer of peers) {
    const theirs = await measure(peer);
    if (theirs === undefined || ours === undefined) continue;
    found.push(
      { what: 'page: navigation to usable', ours: ours.ms, base: theirs.ms, baseIs: peer.name, unit: 'ms' },
      { what: 'page: first view', ours: ours.kb, base: theirs.kb, baseIs: peer.name, unit: 'KB' },
    );
  }
  return found;
}

async function measure(product: Product): Promise<{ ms: number; kb: number } | undefined> {
  const { command, port, token, remove } = await makeHome(product);
  const url = `http://127.0.0.1:${port}/`;
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  });
  const gateway = await timeToAnswer(command('gateway', '--port', String(port)), url, 120_000);
  try {
    const visits: { ms: number; kb: number }[] = [];
    for (let visit = 0; visit <= VISITS; visit += 1) {
      const context = await browser.newContext({ locale: 'en-GB' });
      // The published page of 2026.1.24 takes the token from the query, ours and the successor's from the fragment.
      const address = product.name.startsWith('clawdbot-')
        ? `${url}?token=${token}`
        : `${url}#token=${token}`;
      const measured = await visitOnce(await context.newPage(), address);
      if (visit > 0) visits.push(measured); // the first warms the server and the browser's process
      await context.close();
    }
    return { ms: median(visits.map(({ ms }) => ms)), kb: median(visits.map(({ kb }) => kb)) };
  } catch (thrown) {
    console.error(`cannot measure the page of ${product.name}: ${String(thrown).split('\n')[0]}`);
    return undefined;
  } finally {
    await browser.close();
    await gateway.stop();
    remove();
  }
}

type Visited = Awaited<ReturnType<Awaited<ReturnType<typeof chromium.launch>>['newPage']>>;

async function visitOnce(page: Visited, address: string): Promise<{ ms: number; kb: number }> {
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
