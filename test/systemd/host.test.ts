import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { bootHost, hostSkipReason } from './host.ts';

test('a host boots, has a user manager for alice, keeps files over a reboot, and leaves nothing behind', {
  skip: hostSkipReason() ?? false,
}, async () => {
  const host = await bootHost();
  try {
    assert.match((await host.root(['systemctl', '--version'])).stdout, /^systemd \d+/);
    const manager = await host.alice(['systemctl', '--user', 'show', '-p', 'Version']);
    assert.match(manager.stdout, /^Version=/);
    const unit = await host.alice(['systemd-run', '--user', '--wait', 'sh', '-c', 'echo hello from alice']);
    assert.equal(unit.status, 0, unit.stderr);
    const journal = await host.alice(['journalctl', '--user', '-o', 'cat', '--no-pager']);
    assert.match(journal.stdout, /hello from alice/);
    await host.alice(['sh', '-c', 'echo kept > ~/file']);
    await host.reboot();
    assert.equal((await host.alice(['cat', '/home/alice/file'])).stdout, 'kept\n');
  } finally {
    await host.close();
  }
  assert.deepEqual(hostTraces(), []);
});

/** What the hosts of this process have left on the machine. */
function hostTraces(): string[] {
  const groups = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified'].filter((path) => existsSync(path));
  return ['/tmp', ...groups].flatMap((path) =>
    readdirSync(path)
      .filter((name) => name.startsWith(`clawdbot-systemd-${process.pid}-`))
      .map((name) => `${path}/${name}`),
  );
}
