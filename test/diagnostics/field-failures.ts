/**
 * The hundred field failures, each with what answers it here: checks of the doctor (with their makers in test/makers), or
 * a behaviour that keeps it from happening, with the test that shows it. `docs/doctor.md` is written from this list.
 */
export type FieldFailure = {
  f: number;
  /** Id of the catalogue. */
  id: string;
  title: string;
  /** Ids of the doctor that name it, when they are not `id` alone; none for what is prevented. */
  checks?: readonly string[];
  /** Tests that show the behaviour asked for: file below the root, and a part of its name. */
  shownBy?: readonly (readonly [file: string, name: string])[];
  /** What is not shown, and why. */
  gap?: string;
};

const systemd = (file: string, name: string) => [`test/systemd/${file}.test.ts`, name] as const;
const supervisor = (file: string, name: string) => [`test/supervisor/${file}.test.ts`, name] as const;
const gateway = (file: string, name: string) => [`test/gateway/${file}.test.ts`, name] as const;
const tailnet = (name: string) => ['test/tailnet/failures.test.ts', name] as const;
const doctor = (file: string, name: string) => [`test/diagnostics/${file}.test.ts`, name] as const;

export const FIELD_FAILURES: readonly FieldFailure[] = [
  { f: 1, id: 'lock/owner-dead', title: 'The owner died without cleaning up' },
  { f: 2, id: 'lock/pid-reused', title: 'The recorded pid belongs to another program' },
  {
    f: 3,
    id: 'lock/pid-namespace',
    title: 'Every start in the container gets the same pid',
    shownBy: [
      supervisor('one-owner', 'the owner of another pid and mount namespace is respected'),
      doctor('precision', 'in a pid namespace of its own'),
    ],
    gap: 'the check only says "not checked": from outside nobody can tell whether that pid lives, the lock can',
  },
  { f: 4, id: 'lock/boot-id', title: 'Same pid and start tick after a reboot' },
  {
    f: 5,
    id: 'lock/split',
    title: 'The lock is in a temporary directory, and there are several',
    shownBy: [
      supervisor('one-owner', 'a second start on another port, through a link and in a private temp'),
    ],
  },
  {
    f: 6,
    id: 'lock/lost',
    title: 'Somebody removed the lock of a living gateway',
    shownBy: [
      supervisor('one-owner', 'removing every file of a living owner does not give its service away'),
    ],
  },
  {
    f: 7,
    id: 'lock/alias',
    title: 'One state directory under two names',
    shownBy: [
      supervisor('one-owner', 'a second start on another port, through a link and in a private temp'),
    ],
  },
  {
    f: 8,
    id: 'lock/unreadable',
    title: 'Record empty, cut off or no text',
    shownBy: [supervisor('one-owner', 'a record that is rubbish, a directory, gone')],
  },
  {
    f: 9,
    id: 'lock/identity',
    title: 'The process changed its title',
    checks: [],
    shownBy: [doctor('precision', 'a program that calls itself a gateway')],
  },
  {
    f: 10,
    id: 'lock/cleaner',
    title: 'The cleaner of stale processes kills the healthy one',
    checks: [],
    shownBy: [
      supervisor(
        'stop-owner',
        'a record that names this process, an ancestor, or a reused pid leads to no signal',
      ),
      supervisor('stop-owner', 'an owner that is starting is not touched'),
    ],
  },
  {
    f: 11,
    id: 'lock/loser-cleanup',
    title: "The losing start deletes the winner's files",
    checks: [],
    shownBy: [doctor('precision', 'a start that loses leaves every file of the winner alone')],
  },
  {
    f: 12,
    id: 'lock/clock',
    title: 'Staleness by age and a jumping clock',
    gap: 'the clock of the machine is not set by tests: the record is written as another clock would',
  },
  {
    f: 13,
    id: 'port/ours',
    title: 'The port is busy with our own gateway',
    checks: [],
    shownBy: [
      doctor('doctor-command', 'a fresh `clawdbot up` gives no findings'),
      systemd('install', 'a fresh install has nothing to remark; repeating it changes nothing'),
    ],
  },
  { f: 14, id: 'port/foreign', title: 'The port is busy with something else' },
  { f: 15, id: 'port/unknown-owner', title: 'The owner cannot be seen' },
  {
    f: 16,
    id: 'port/probe-helper',
    title: 'lsof or ss missing, forbidden or hanging',
    checks: [],
    shownBy: [doctor('precision', 'without any helper, and with helpers that hang')],
  },
  { f: 17, id: 'port/family', title: 'Address families and wildcards' },
  { f: 18, id: 'port/ephemeral', title: 'Ephemeral ports' },
  { f: 19, id: 'port/family-of-ports', title: 'Ports of profiles collide', checks: ['port/sibling'] },
  { f: 20, id: 'port/stuck', title: 'Something accepts but never answers' },
  { f: 21, id: 'port/drift', title: 'Config, unit and probe disagree about the port' },
  {
    f: 22,
    id: 'storm/exit-code',
    title: 'A permanent failure that looks temporary',
    shownBy: [systemd('storm', 'a foreign program on the port: one start, failed with its name, no storm')],
  },
  {
    f: 23,
    id: 'storm/limiter',
    title: 'A limiter that cannot trip',
    shownBy: [systemd('storm', 'the limiter trips, says so, and start clears its latch')],
  },
  { f: 24, id: 'storm/latched', title: "The limiter's latch", checks: ['storm/latched', 'storm/given-up'] },
  {
    f: 25,
    id: 'storm/warmup',
    title: 'Warm-up longer than the patience of others',
    checks: [],
    shownBy: [
      supervisor('stop-owner', 'an owner that is starting is not touched'),
      supervisor('supervise', 'a program that never becomes ready is ended at its deadline, not before'),
    ],
  },
  {
    f: 26,
    id: 'storm/detached',
    title: 'Restart that leaves the supervisor',
    checks: ['storm/detached', 'owner/waiting', 'owner/two-owners'],
  },
  {
    f: 27,
    id: 'storm/container-exit',
    title: 'Clean exit of PID 1',
    checks: [],
    shownBy: [supervisor('init-process', 'as pid 1 it reaps orphans, hands signals on')],
  },
  {
    f: 28,
    id: 'storm/self-write',
    title: "Restart loop through one's own file watcher",
    checks: [],
    shownBy: [
      ['src/state/config/watch.test.ts', 'what this process wrote itself is no news'],
      ['src/state/config/watch.test.ts', 'a short absence is not yet one'],
    ],
  },
  { f: 29, id: 'owner/two-scopes', title: 'User unit and system unit' },
  { f: 30, id: 'owner/legacy-name', title: 'Units of the former name' },
  {
    f: 31,
    id: 'owner/other-user',
    title: "Another account's gateway",
    shownBy: [
      systemd('whose-manager', 'sudo with the home of another account is refused with both ways out'),
    ],
  },
  { f: 32, id: 'owner/inventory', title: 'Starters nobody counted' },
  {
    f: 33,
    id: 'storm/drain',
    title: 'Drain longer than the stop timeout',
    shownBy: [systemd('children', 'a restart of the gateway lets a running command finish')],
  },
  {
    f: 34,
    id: 'unit/runtime-gone',
    title: 'The interpreter moved',
    checks: ['unit/runtime-gone', 'unit/versioned-runtime'],
  },
  { f: 35, id: 'unit/package-gone', title: 'The package moved' },
  { f: 36, id: 'unit/two-installs', title: 'Two installations' },
  { f: 37, id: 'unit/path', title: 'PATH of the service' },
  {
    f: 38,
    id: 'unit/edits',
    title: 'Hand edits disappear',
    checks: [],
    shownBy: [systemd('install', 'hand edits and drop-ins survive a new version')],
  },
  { f: 39, id: 'unit/dropins', title: 'Drop-ins and pending reload' },
  { f: 40, id: 'unit/drift', title: "Yesterday's template" },
  {
    f: 41,
    id: 'unit/linger',
    title: 'No linger',
    checks: ['unit/linger', 'unit/disabled'],
    shownBy: [systemd('whose-manager', 'lingering that was off is enabled')],
  },
  {
    f: 42,
    id: 'unit/no-bus',
    title: 'No user bus',
    shownBy: [systemd('whose-manager', 'without a user bus in the environment, as under cron')],
  },
  {
    f: 43,
    id: 'unit/systemctl-codes',
    title: 'Misread systemctl answers',
    checks: ['unit/systemctl-codes', 'unit/masked'],
  },
  {
    f: 44,
    id: 'unit/sudo-scope',
    title: 'sudo and scopes',
    checks: [],
    shownBy: [
      systemd('whose-manager', 'sudo with the home of another account is refused with both ways out'),
      systemd('whose-manager', 'a HOME that is not the one of the account is refused'),
    ],
  },
  {
    f: 45,
    id: 'unit/orphans',
    title: 'Orphans survive the stop',
    shownBy: [systemd('children', 'commands of a node do not outlive it')],
  },
  {
    f: 46,
    id: 'unit/memory',
    title: 'Memory',
    shownBy: [
      systemd('children', 'the units say that a child that runs out of memory is not the end of the service'),
      systemd('children', 'a command that runs out of memory is killed by the kernel and said to be'),
    ],
    gap: 'where the machine has no memory controller of cgroup v2 (as here) the kill itself is skipped, and files stand in for what the doctor reads',
  },
  { f: 47, id: 'unit/ordering', title: 'Ordering that user units do not have' },
  {
    f: 48,
    id: 'unit/wsl',
    title: 'WSL and suspended machines',
    shownBy: [systemd('whose-manager', 'WSL: what it lacks is said')],
    gap: 'there is no WSL here: its kernel name, its missing systemd and its ended user manager are imitated; a suspended Windows is not',
  },
  {
    f: 49,
    id: 'unit/none',
    title: 'No systemd',
    checks: [],
    shownBy: [doctor('precision', 'without systemd')],
  },
  { f: 50, id: 'unit/env-leak', title: 'Shell environment baked into the service' },
  { f: 51, id: 'unit/env-shadow', title: 'Environment beats config' },
  {
    f: 52,
    id: 'unit/escaping',
    title: 'Text that breaks out of the unit',
    checks: [],
    shownBy: [systemd('render', 'what systemd runs is what was rendered')],
  },
  {
    f: 53,
    id: 'tailnet/state',
    title: "The client's states",
    shownBy: [tailnet('tailscaled stopped, hanging, switched off')],
  },
  { f: 54, id: 'tailnet/operator', title: 'No right to change the configuration' },
  { f: 55, id: 'tailnet/not-enabled', title: 'Feature not enabled' },
  {
    f: 56,
    id: 'tailnet/foreign-route',
    title: 'The outside port belongs to somebody else',
    shownBy: [tailnet('the route leads elsewhere')],
  },
  { f: 57, id: 'tailnet/foreground', title: 'A claim that status does not show' },
  {
    f: 58,
    id: 'tailnet/stale-route',
    title: 'Our own route is stale',
    checks: ['tailnet/stale-route', 'tailnet/absent-route'],
  },
  {
    f: 59,
    id: 'tailnet/funnel',
    title: 'Public by accident',
    checks: ['tailnet/funnel', 'sec/exposed', 'sec/proxied'],
  },
  {
    f: 60,
    id: 'tailnet/end-to-end',
    title: 'The page loads, the socket does not',
    checks: [],
    shownBy: [tailnet('the route is removed: the probe names it')],
  },
  {
    f: 61,
    id: 'tailnet/isolation',
    title: 'Exposure failure takes the gateway down',
    checks: [],
    shownBy: [tailnet('a gateway that starts before tailscaled is there serves at once')],
  },
  {
    f: 62,
    id: 'node/zombie',
    title: 'Alive but silent',
    checks: ['node/zombie', 'node/stopped', 'node/status', 'legacy/parked-node'],
  },
  {
    f: 63,
    id: 'node/half-open',
    title: 'Half-open connection',
    checks: [],
    shownBy: [gateway('connected', 'a node that fell silent is cut off, its calls fail')],
  },
  {
    f: 64,
    id: 'node/backoff',
    title: 'Reconnect storm',
    shownBy: [['src/node/link/node-state.test.ts', 'fifty nodes that lost the same gateway for an hour']],
  },
  {
    f: 65,
    id: 'node/auth-loop',
    title: 'Retrying what cannot succeed, until locked out',
    checks: ['node/auth-loop', 'node/lockout'],
    shownBy: [gateway('http', 'wrong tokens from outside are limited')],
  },
  {
    f: 66,
    id: 'node/pending-elsewhere',
    title: '"Pairing required" with nothing to approve',
    checks: ['node/pending-elsewhere', 'node/waiting', 'node/offer-waiting'],
  },
  {
    f: 67,
    id: 'node/scope-upgrade',
    title: 'More rights wanted than approved',
    checks: [],
    shownBy: [gateway('pairing', 'a paired reader that asks for more is refused and keeps what it had')],
  },
  {
    f: 68,
    id: 'node/identity',
    title: 'Identity lost or duplicated',
    shownBy: [
      gateway('connected', 'two connections with one node identity are both shown'),
      ['test/node/link.test.ts', 'two with one identity: each answers what it was asked'],
    ],
  },
  { f: 69, id: 'node/store', title: 'Damaged pairing store', checks: ['node/store', 'gateway/not-ready'] },
  {
    f: 70,
    id: 'node/install',
    title: 'The node installer does the wrong thing',
    checks: [],
    shownBy: [systemd('node-service', 'the node install touches the node only')],
  },
  {
    f: 71,
    id: 'node/clock',
    title: 'Clocks disagree',
    gap: 'our gateway gives its time and the node signs that, so the fault needs an older gateway, played by the test',
  },
  {
    f: 72,
    id: 'node/version-skew',
    title: 'Versions disagree',
    gap: 'a gateway of protocol 9 is played by the test',
  },
  {
    f: 73,
    id: 'tls/pin-rotation',
    title: 'Certificate renewed, pin broken',
    checks: ['tls/pin-rotation', 'node/certificate', 'tailnet/certificate'],
    shownBy: [tailnet('an expired certificate is named; a renewed one breaks a pin')],
  },
  { f: 74, id: 'tls/self-signed', title: 'Self-signed works here and not there' },
  { f: 75, id: 'tls/plaintext', title: 'Plain text beyond loopback' },
  {
    f: 76,
    id: 'exec/wrapper',
    title: 'The wrapper is approved instead of the program',
    shownBy: [
      ['test/exec-corpus/exec-corpus.test.ts', 'every case of the public corpus is decided as expected'],
    ],
  },
  {
    f: 77,
    id: 'exec/path',
    title: 'The path is not what it seems',
    checks: [],
    shownBy: [
      ['src/approvals/decide.test.ts', 'a program in a directory that others may write is not covered'],
      [
        'test/approvals-flow/no-answer.test.ts',
        'a program exchanged between question and answer does not run',
      ],
    ],
  },
  {
    f: 78,
    id: 'exec/env',
    title: 'Environment as a way in',
    checks: [],
    shownBy: [['src/approvals/decide.test.ts', 'a refused variable is named']],
  },
  {
    f: 79,
    id: 'exec/explain',
    title: 'Which policy applies, and on which machine',
    checks: [],
    shownBy: [
      ['test/approvals-flow/explain.test.ts', 'explain through the gateway says what running then does'],
    ],
  },
  {
    f: 80,
    id: 'exec/prompt',
    title: 'The prompt hides something',
    checks: [],
    shownBy: [
      ['test/approvals-flow/answers.test.ts', 'a question shows what cannot be seen and hides secrets'],
    ],
  },
  {
    f: 81,
    id: 'exec/store',
    title: 'Old or broken approvals',
    shownBy: [['test/approvals-flow/answers.test.ts', 'allowed once runs once']],
  },
  {
    f: 82,
    id: 'config/unknown-key',
    title: 'One unknown key stops everything',
    checks: ['config/unknown-key', 'config/fallback', 'config/value'],
  },
  {
    f: 83,
    id: 'config/write',
    title: 'Half-written and concurrent writes',
    checks: ['config/write', 'config/leftovers'],
    shownBy: [['test/state/writers.test.ts', 'three writers of one config lose no key of each other']],
  },
  { f: 84, id: 'config/loss', title: 'Repair that loses settings' },
  { f: 85, id: 'config/combination', title: 'Combinations that cannot work' },
  {
    f: 86,
    id: 'config/modes',
    title: 'Modes, owners, read-only',
    checks: ['config/modes', 'state/owner', 'config/unreadable'],
  },
  {
    f: 87,
    id: 'doctor/precision',
    title: 'False alarms with dangerous advice',
    checks: [],
    shownBy: [
      doctor('precision', 'units that only mention the product'),
      doctor('host', 'an account without rights gets unknowns with reasons'),
    ],
  },
  {
    f: 88,
    id: 'doctor/bounded',
    title: 'Slow, hanging, never ending',
    checks: [],
    shownBy: [doctor('doctor-command', 'a helper that hangs, ignores SIGTERM and writes for ever')],
  },
  {
    f: 89,
    id: 'doctor/safe-fix',
    title: 'Repair that harms',
    checks: [],
    shownBy: [
      doctor('repair', 'a repair interrupted after its first step is finished by repeating it'),
      doctor('repair', 'a step whose premise has gone is left out'),
    ],
  },
  {
    f: 90,
    id: 'doctor/contract',
    title: 'Advice in circles and unclear outcome',
    checks: [],
    shownBy: [
      doctor('makers', 'named as the cause, and gone when the remedy is followed'),
      doctor('doctor-command', 'exit status 1 for problems, 0 without'),
    ],
  },
  {
    f: 91,
    id: 'logs/budget',
    title: 'Growth until the disk is full',
    shownBy: [['test/state/full-disk.test.ts', 'a full disk damages nothing, is told once, and is survived']],
  },
  {
    f: 92,
    id: 'logs/alive',
    title: 'Silence when it matters',
    checks: [],
    shownBy: [
      ['src/state/log-file/rotating-file.test.ts', 'a rename from outside is noticed within a second'],
      systemd('install', 'logs show the journal of the unit, also with the gateway down'),
    ],
  },
  { f: 93, id: 'logs/shared-tmp', title: 'Shared temp directory' },
  { f: 94, id: 'update/stale-code', title: 'Old process, new files' },
  {
    f: 95,
    id: 'update/handoff',
    title: 'Update that saws off its own branch',
    checks: [],
    shownBy: [systemd('install', 'another version restarts the service, but its socket stays open')],
    gap: 'there is no command that updates the package itself; npm does',
  },
  {
    f: 96,
    id: 'sec/host-origin',
    title: 'Requests from web pages',
    shownBy: [
      gateway('http', 'refuses other hosts, other methods and other paths'),
      gateway('http', 'checks host and origin of an upgrade'),
    ],
  },
  {
    f: 97,
    id: 'sec/token-egress',
    title: 'The page that sends the token elsewhere',
    checks: [],
    shownBy: [
      ['test/control-ui/sign-in.test.ts', 'connects to the gateway it came from, whatever the address says'],
    ],
  },
  {
    f: 98,
    id: 'sec/forwarded',
    title: 'Loopback is not a proof',
    checks: [],
    shownBy: [['src/gateway/http/locality.test.ts', 'places the peer: ']],
  },
  {
    f: 99,
    id: 'sec/secrets',
    title: 'Secrets left lying about',
    shownBy: [systemd('install', 'no secret in unit, environment, arguments or journal')],
  },
  { f: 100, id: 'sec/helpers', title: 'Borrowed helpers and squatted names' },
];
