import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { askTailscaled } from '../../src/supervisor/tailscale/local-api.ts';
import { changeRoute } from '../../src/supervisor/tailscale/publish.ts';
import { readTailnet } from '../../src/supervisor/tailscale/read-tailnet.ts';
import { viewPeer } from '../../src/supervisor/tailscale/view-peer.ts';
import { cleanUp } from '../clean-up.ts';
import { type StandIn, startStandIn } from './stand-in-daemon.ts';
import { openTailnet, SERVER_NAME, type Tailnet, tailnetSkipReason } from './tailnet.ts';

// The same assertions hold for the real daemon, where there is one, and for the stand-in that other tests rely on.
const reason = tailnetSkipReason();
const daemons: { name: string; open: () => Promise<string>; close: () => Promise<void> }[] = [];
let standIn: StandIn;
let tailnet: Tailnet | undefined;
const directory = mkdtempSync(join(tmpdir(), 'clawdbot-contract-'));

daemons.push({
  name: reason === undefined ? 'stand-in' : `stand-in only: ${reason}`,
  open: async () => {
    standIn = await startStandIn(join(directory, 'tailscaled.sock'), {
      peers: { '100.64.0.2': { login: 'user-2@fake-control.example.net', name: 'desktop.tail0000.ts.net' } },
    });
    return standIn.socket;
  },
  close: () => standIn.close(),
});
if (reason === undefined) {
  daemons.push({
    name: 'real tailscaled',
    open: async () => {
      tailnet = await openTailnet();
      return tailnet.server.path('/run/tailscale/tailscaled.sock');
    },
    close: async () => tailnet?.close(),
  });
}
after(() => rmSync(directory, { recursive: true, force: true }));

const WISH = { port: 18_789, gatewayPort: 18_789, isFunnel: false };

for (const daemon of daemons) {
  test(`tailscaled answers as we read it (${daemon.name})`, async (t) => {
    const socket = await daemon.open();
    cleanUp(t, () => daemon.close());
    const access = { socket, helperDirectories: [] };
    const ask = (path: string, post?: { body: string; ifMatch: string | undefined }) =>
      askTailscaled({ socket, path, deadlineMs: 5_000, ...(post === undefined ? {} : { post }) });

    await t.test('state, name, version, certificates', async () => {
      const reading = await readTailnet(access);
      assert.ok(reading.kind === 'answered' && reading.via === 'socket');
      const { state, dnsName, version, certificateNames, operator, entries } = reading;
      assert.deepEqual(
        { state, dnsName, certificateNames, operator, entries },
        {
          state: 'Running',
          dnsName: SERVER_NAME,
          certificateNames: [SERVER_NAME],
          operator: '',
          entries: [],
        },
      );
      assert.match(version, /^1\.102\.5/);
    });

    await t.test('one route, made once, taken away alone', async () => {
      const others = { ...WISH, port: 8_443, gatewayPort: 3_000 };
      for (const wish of [others, WISH, WISH]) await changeRoute(wish, { change: 'add', access });
      const made = await readTailnet(access);
      assert.ok(made.kind === 'answered');
      assert.deepEqual(
        made.entries
          .map(({ host, path, scheme, target, isFunnel, isForeground }) => [
            host,
            path,
            scheme,
            target,
            isFunnel,
            isForeground,
          ])
          .toSorted(),
        [
          [`${SERVER_NAME}:18789`, '/', 'https', 'http://127.0.0.1:18789', false, false],
          [`${SERVER_NAME}:8443`, '/', 'https', 'http://127.0.0.1:3000', false, false],
        ].toSorted(),
      );
      const occupied = await changeRoute({ ...WISH, port: 8_443 }, { change: 'add', access });
      assert.equal(occupied.kind, 'occupied');
      await changeRoute(WISH, { change: 'remove', access });
      const left = await readTailnet(access);
      assert.deepEqual(left.kind === 'answered' && left.entries.map(({ port }) => port), [8_443]);
    });

    await t.test('a write under an old ETag is refused', async () => {
      const old = await ask('serve-config');
      assert.ok(old.kind === 'answered' && old.etag !== undefined);
      await changeRoute(WISH, { change: 'add', access });
      const late = await ask('serve-config', { body: old.body, ifMatch: old.etag });
      assert.equal(late.kind === 'answered' && late.status, 412);
      const now = await readTailnet(access);
      assert.equal(now.kind === 'answered' && now.entries.length, 2, 'nothing was lost');
    });

    await t.test('who an address is', async () => {
      const known = await ask('whois?addr=100.64.0.2');
      assert.ok(known.kind === 'answered' && known.status === 200);
      const { Node, UserProfile } = JSON.parse(known.body);
      assert.deepEqual(
        [Node.Name, UserProfile.LoginName],
        ['desktop.tail0000.ts.net.', 'user-2@fake-control.example.net'],
      );
      const unknown = await ask('whois?addr=100.100.1.1');
      assert.equal(unknown.kind === 'answered' && unknown.status, 404);
      assert.equal((await viewPeer('nobody.tail0000.ts.net', access)).kind, 'unknown');
      for (const which of [SERVER_NAME, 'server', '100.64.0.1']) {
        const view = await viewPeer(which, access);
        assert.deepEqual(view, { kind: 'known', name: SERVER_NAME, isOnline: true, cutOff: undefined });
      }
    });
  });
}
