import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configureGateway } from '../../systemd/installed-copy.ts';
import { until } from '../../systemd/until.ts';
import { type InstalledTailnet, ok } from '../installed-tailnet.ts';
import { SERVER_NAME } from '../tailnet.ts';

const OURS = `${SERVER_NAME}:18789`;
const OTHERS = `${SERVER_NAME}:8444`;

/** What we published goes when we go; what others published stays (F-58). */
export function retractionCases(open: () => InstalledTailnet, skip: string | false): void {
  const alice = (...words: string[]) => ok(open().server.alice(['clawdbot', ...words]));
  const root = (...words: string[]) => ok(open().server.root(['tailscale', ...words]));
  const served = async () =>
    Object.keys(JSON.parse(await root('serve', 'status', '--json')).Web ?? {}).toSorted();

  test('a stop takes the route away when resetOnExit says so, ours only', {
    skip,
  }, async () => {
    const { server } = open();
    await root('serve', '--bg', '--https=8444', '127.0.0.1:3000');
    await alice('gateway', 'stop');
    assert.deepEqual(await served(), [OURS, OTHERS], 'without resetOnExit it stays');

    await configureGateway(server, { tailscale: { mode: 'serve', resetOnExit: true } });
    await alice('gateway', 'start');
    await until('the gateway to be published', open().isPublished);
    await alice('gateway', 'stop');
    assert.deepEqual(await served(), [OTHERS]);

    // Made by hand before the gateway came: it is used, and not ours to take away.
    await root('serve', '--bg', '--https=18789', '127.0.0.1:18789');
    await alice('gateway', 'start');
    await until('the gateway to be published', open().isPublished);
    await alice('gateway', 'stop');
    assert.deepEqual(await served(), [OURS, OTHERS]);
    await root('serve', '--https=18789', 'off');
  });

  test('uninstalling takes our route away, ours only', { skip }, async () => {
    const { server } = open();
    await configureGateway(server, { tailscale: { mode: 'serve' } });
    await alice('gateway', 'start');
    await until('the gateway to be published', open().isPublished);
    assert.match(await alice('gateway', 'uninstall', '--dry-run'), /would take https:\/\/server\.tail0000/);
    assert.deepEqual(await served(), [OURS, OTHERS]);
    assert.match(await alice('gateway', 'uninstall'), /took https:\/\/server\.tail0000\.ts\.net:18789\/ off/);
    assert.deepEqual(await served(), [OTHERS]);

    await root('serve', '--bg', '--https=18789', '127.0.0.1:18789');
    await alice('gateway', 'install');
    await until('the gateway to be published', open().isPublished);
    await alice('gateway', 'uninstall');
    assert.deepEqual(await served(), [OURS, OTHERS], 'made by hand');
  });
}
