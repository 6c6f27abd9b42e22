import type { Host } from './host.ts';
import { run } from './run-program.ts';

/**
 * Lays a cable between two hosts: 192.0.2.1 and 192.0.2.2 (RFC 5737, documentation only). It vanishes with either of
 * them; after a reboot it has to be laid again.
 */
export async function connectHosts(first: Host, second: Host): Promise<void> {
  // Names live in this machine's namespace until both ends are moved, so they must not clash with other tests.
  const [a, b] = [`cb${process.pid}a`, `cb${process.pid}b`];
  await must(['ip', 'link', 'add', a, 'type', 'veth', 'peer', 'name', b]);
  for (const [host, end, address] of [
    [first, a, '192.0.2.1/24'],
    [second, b, '192.0.2.2/24'],
  ] as const) {
    await must(['ip', 'link', 'set', end, 'netns', String(host.leader()), 'name', 'cable0']);
    const inside = ['nsenter', '-t', String(host.leader()), '-n', 'ip'];
    await must([...inside, 'address', 'add', address, 'dev', 'cable0']);
    await must([...inside, 'link', 'set', 'cable0', 'up']);
  }
}

async function must(command: readonly string[]): Promise<void> {
  const { status, stderr } = await run(command);
  if (status !== 0) throw new Error(`cannot run ${command.join(' ')}: ${stderr}`);
}
