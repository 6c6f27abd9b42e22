import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandOf, environmentOf } from '../test/interop/lib/software.ts';
import { missingPeers } from '../test/interop/peer-versions.ts';
import { besideInvokes } from './doctor-beside-invokes.ts';
import type { Row } from './row.ts';
import { type Command, timeInTurns, timeToAnswer } from './whole-process.ts';

const bin = join(import.meta.dirname, '..', 'bin', 'clawdbot.js');
const PORT = 28_789;
const TURNS = 9;
/** Each waits for its deadlines. */
const HANGING_TURNS = 3;
/** The real doctor takes seconds. */
const REAL_TURNS = 2;

/** How long a full look takes: healthy, with a gateway that hangs, and against the published doctor in the same turns. */
export async function rows(): Promise<Row[]> {
  const home = mkdtempSync(join(tmpdir(), 'clawdbot-bench-doctor-'));
  const env = { PATH: '/usr/bin:/bin', HOME: home };
  const config = {
    gateway: { mode: 'local', port: PORT, auth: { mode: 'token', token: 'bench-token-0123' } },
  };
  mkdirSync(join(home, '.clawdbot'), { mode: 0o700 });
  writeFileSync(join(home, '.clawdbot', 'clawdbot.json'), JSON.stringify(config), { mode: 0o600 });
  const clawdbot = (...args: string[]): Command => ({ command: process.execPath, args: [bin, ...args], env });
  const gateway = await timeToAnswer(clawdbot('gateway', 'run'), `http://127.0.0.1:${PORT}/healthz`);
  try {
    const bare: Command = { command: process.execPath, args: ['-e', '0'], env };
    const [base = 0, healthy = 0] = timeInTurns([bare, clawdbot('doctor')], TURNS);
    process.kill(gateway.pid, 'SIGSTOP');
    // Exit status 1 is right here; the shell turns it into the 0 that a measurement wants.
    const hung: Command = {
      command: '/bin/sh',
      args: ['-c', '"$0" "$1" doctor; test $? = 1', process.execPath, bin],
      env,
    };
    const [bareAgain = 0, whileHung = 0] = timeInTurns([bare, hung], TURNS);
    process.kill(gateway.pid, 'SIGCONT');
    return [
      { what: '`clawdbot doctor`, healthy', ours: healthy, base, baseIs: 'node -e 0', unit: 'ms' },
      {
        what: '`clawdbot doctor`, gateway hangs',
        ours: whileHung,
        base: bareAgain,
        baseIs: 'node -e 0',
        unit: 'ms',
      },
      ...withHangingHelpers(home, bare),
      ...(await besideInvokes()),
      ...againstReal(home, clawdbot('doctor')),
    ];
  } finally {
    await gateway.stop();
    rmSync(home, { recursive: true });
  }
}

/** Every program that the doctor could start answers after ten minutes; only root can arrange that, for itself alone. */
function withHangingHelpers(home: string, bare: Command): Row[] {
  if (process.getuid?.() !== 0) {
    console.error('doctor with helpers that hang: replacing them needs root');
    return [];
  }
  const helpers = join(home, 'helpers');
  mkdirSync(helpers);
  const names = ['systemctl', 'journalctl', 'loginctl', 'systemd-notify', 'tailscale', 'getent'];
  for (const name of names)
    writeFileSync(join(helpers, name), '#!/bin/sh\nexec sleep 600\n', { mode: 0o755 });
  const script = [
    `for name in ${names.join(' ')}; do test -e /usr/bin/$name && mount --bind ${helpers}/$name /usr/bin/$name; done`,
    // tailscale is not installed everywhere, and a file can only be covered by a file.
    `mount --bind ${helpers} /usr/local/bin`,
    // A machine with systemd and a user manager, as far as can be seen.
    'mount -t tmpfs none /run && mkdir -p /run/systemd/system /run/user/0/systemd && touch /run/user/0/systemd/private',
    '"$0" "$1" doctor; test $? = 1',
  ].join('\n');
  const hanging: Command = {
    command: 'unshare',
    args: ['--mount', '--propagation', 'private', 'sh', '-c', script, process.execPath, bin],
    env: { ...bare.env, PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
  };
  const [base = 0, ours = 0] = timeInTurns([bare, hanging], HANGING_TURNS);
  return [{ what: '`clawdbot doctor`, every helper hangs', ours, base, baseIs: 'node -e 0', unit: 'ms' }];
}

function againstReal(home: string, ours: Command): Row[] {
  const missing = missingPeers('clawdbot', 'node');
  if (missing !== false) {
    console.error(`doctor against the published one: ${missing}`);
    return [];
  }
  const [command, ...args] = commandOf('real', ['doctor', '--non-interactive']);
  const real: Command = { command, args, env: environmentOf('real', home) };
  const [own = 0, theirs = 0] = timeInTurns([ours, real], REAL_TURNS);
  const baseIs = 'clawdbot 2026.1.24-3 doctor --non-interactive';
  return [
    {
      what: '`clawdbot doctor` against the published',
      ours: own,
      base: theirs,
      baseIs,
      unit: 'ms',
      limit: 10,
      atLeast: true,
    },
  ];
}
