import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configureGateway } from '../../systemd/installed-copy.ts';
import { until } from '../../systemd/until.ts';
import { type InstalledTailnet, ok } from '../installed-tailnet.ts';
import { SERVER_NAME } from '../tailnet.ts';

/** Funnel opens the gateway to the internet: never without a password, never unnoticed, and `serve` closes it (F-59). */
export function funnelCases(open: () => InstalledTailnet, skip: string | false): void {
  const alice = (...words: string[]) => open().server.alice(['clawdbot', ...words]);
  const findings = async () => {
    const { stdout } = await alice('doctor', '--json');
    return (JSON.parse(stdout).findings as { id: string; severity: string }[]).map(
      ({ id, severity }) => `${id} ${severity}`,
    );
  };
  /** `name:port` → open to everybody, of what tailscaled serves. */
  const served = async () => {
    const status = JSON.parse(await ok(open().server.root(['tailscale', 'serve', 'status', '--json'])));
    return Object.fromEntries(
      Object.keys(status.Web ?? {}).map((host) => [host, status.AllowFunnel?.[host] === true]),
    );
  };

  test('Funnel is refused without a password, in the config and on the command line', {
    skip,
  }, async () => {
    const set = await alice('config', 'set', 'gateway.tailscale.mode', 'funnel');
    assert.notEqual(set.status, 0);
    assert.match(set.stderr, /needs gateway\.auth\.mode "password"/);
    const started = await alice('gateway', 'run', '--tailscale', 'funnel');
    assert.equal(started.status, 78, started.stderr);
    assert.match(started.stderr, /Funnel: it needs auth by password, not by token/);
    assert.deepEqual(await served(), { [`${SERVER_NAME}:18789`]: false });
  });

  test('a Funnel made by hand is found and named, and `serve` closes it', {
    skip,
  }, async () => {
    await ok(open().server.root(['tailscale', 'funnel', '--bg', '--https=8443', '127.0.0.1:18789']));
    assert.ok((await findings()).includes('tailnet/funnel error'));
    const elsewhere = await alice('tailscale', 'serve');
    assert.match(
      elsewhere.stderr,
      /:8443\/ still opens this gateway to everybody \(Funnel\): sudo tailscale/,
    );

    const closed = await alice('tailscale', 'serve', '--https', '8443');
    assert.match(closed.stdout, /^Published https:\/\/server\.tail0000\.ts\.net:8443\/ .*\(tailnet only\)/);
    assert.deepEqual(await served(), { [`${SERVER_NAME}:8443`]: false });
    await ok(alice('tailscale', 'serve', '--https', '18789'));
    assert.deepEqual(await served(), { [`${SERVER_NAME}:18789`]: false });
    assert.ok(!(await findings()).includes('tailnet/funnel error'));

    // The entry of the gateway itself: it reports, and leaves it to a person.
    await ok(alice('tailscale', 'serve', '--https', '443'));
    await ok(open().server.root(['tailscale', 'funnel', '--bg', '--https=443', '127.0.0.1:18789']));
    await until('the gateway to notice', async () => /"isFunnel": true/.test(await open().exposure()));
    assert.deepEqual(await served(), { [`${SERVER_NAME}:443`]: true });
    await ok(alice('tailscale', 'serve', '--https', '443'));
    await ok(alice('tailscale', 'serve', '--https', '18789'));
    assert.deepEqual(await served(), { [`${SERVER_NAME}:18789`]: false });
  });

  test('with a password the config may ask for it, and it stays a finding until `serve` takes it back', {
    skip,
  }, async () => {
    const { server } = open();
    const configure = async (auth: object, mode: string) => {
      await configureGateway(server, { auth, tailscale: { mode } });
      await ok(alice('gateway', 'restart'));
    };
    const password = { mode: 'password', password: 'correct horse battery staple' };
    await configure(password, 'funnel');
    await until('the door to open', async () => (await served())[`${SERVER_NAME}:443`] === true);
    assert.deepEqual(await served(), { [`${SERVER_NAME}:443`]: true });
    assert.ok((await findings()).includes('tailnet/funnel error'));
    await configure(password, 'serve');
    await until('the door to close', async () => !(`${SERVER_NAME}:443` in (await served())));
    assert.deepEqual(await served(), { [`${SERVER_NAME}:18789`]: false });
    await configureGateway(server, { tailscale: { mode: 'serve' } });
    await ok(alice('gateway', 'restart'));
    await until('the gateway to be published', open().isPublished);
  });
}
