import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { quoteCommand, quoteEnvironment } from '../../src/supervisor/systemd/escape.ts';
import { renderServiceUnits, type ServicePlan } from '../../src/supervisor/systemd/service-units.ts';
import { bootHost, type Host, hostSkipReason } from './host.ts';

const skip = hostSkipReason() ?? false;
let host: Host;
before(async () => {
  if (!skip) host = await bootHost();
});
after(async () => host?.close());

/** Characters that mean something to systemd, a shell or a careless escaper, and a few that mean nothing. */
const character = fc.constantFrom(...' %$\\"\'`;#=-@:+!|&<>(){}[]*?~^,.aIn0é🦞\u2028\u00a0\u200b');
const text = fc
  .string({
    unit: fc.oneof(
      { weight: 3, arbitrary: character },
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
    ),
    maxLength: 24,
  })
  .filter((value) => !/\p{Cc}|\p{Cs}|\p{Noncharacter_Code_Point}/u.test(value));
const fileName = text.filter(
  (value) => value !== '' && !value.includes('/') && Buffer.byteLength(value) < 200 && !/^\.+$/.test(value),
);
const commandLine = fc.record({
  // systemd runs no program with these in its path; escape.ts refuses them
  directory: fileName.filter((name) => !/['"\\]/.test(name)),
  args: fc.array(text, { maxLength: 5 }),
  variable: text,
});

test('what systemd runs is what was rendered: program, arguments, environment', { skip }, async () => {
  let round = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(commandLine, { minLength: 40, maxLength: 40 }), async (cases) => {
      round += 1;
      const place = `/var/tmp/round-${round}`;
      const units = cases.map((example, index) => {
        const directory = `${place}/${index} ${example.directory}`;
        mkdirSync(host.path(directory), { recursive: true });
        const program = `${directory}/print`;
        writeFileSync(host.path(program), '#!/bin/sh\nprintf "%s\\0" "$VARIABLE" "$@"\n');
        chmodSync(host.path(program), 0o755);
        const unit = `round-trip-${round}-${index}.service`;
        writeFileSync(
          host.path(`/run/systemd/system/${unit}`),
          `[Service]\nType=oneshot\nExecStart=${quoteCommand([program, ...example.args])}\n` +
            `Environment=${quoteEnvironment('VARIABLE', example.variable)}\nStandardOutput=file:${place}/${index}.out\n`,
        );
        return unit;
      });
      await host.root(['systemctl', 'daemon-reload']);
      const started = await host.root(['systemctl', 'start', ...units]);
      assert.equal(started.status, 0, started.stderr);
      for (const [index, example] of cases.entries()) {
        const printed = readFileSync(host.path(`${place}/${index}.out`), 'utf8')
          .split('\0')
          .slice(0, -1);
        assert.deepEqual(printed, [example.variable, ...example.args]);
      }
    }),
    { numRuns: Number(process.env['CLAWDBOT_TEST_ROUNDS'] ?? 5), endOnFailure: true },
  );
});

const ODD = '/srv/my $node 50% "x" \'y\'';
const plan = (changes: Partial<ServicePlan>): ServicePlan => ({
  kind: 'gateway',
  scope: 'user',
  profile: undefined,
  command: ['/usr/bin/node', '/usr/lib/node_modules/clawdbot-supervisor/bin/clawdbot.js', 'gateway', 'run'],
  environment: [['PATH', '/usr/local/bin:/usr/bin:/bin']],
  tokenFile: undefined,
  stateDir: '/home/alice/.clawdbot',
  listen: ['127.0.0.1:18789', '[::1]:18789'],
  loopbackOnly: true,
  drainSeconds: 5,
  version: '0.1.0',
  systemdVersion: 252,
  ...changes,
});
const GOLDEN: Readonly<Record<string, ServicePlan>> = {
  'user-gateway': plan({}),
  'system-gateway': plan({ scope: 'system', stateDir: '/var/lib/clawdbot' }),
  'user-node': plan({
    kind: 'node',
    command: [
      '/usr/bin/node',
      '/opt/clawdbot/bin/clawdbot.js',
      'node',
      'run',
      '--display-name',
      'Zoë 100% "desk" $1',
    ],
  }),
  'system-node': plan({ kind: 'node', scope: 'system', stateDir: '/var/lib/clawdbot' }),
  'user-gateway-odd-256': plan({
    profile: 'work',
    stateDir: ODD,
    tokenFile: '/srv/50%"token"',
    systemdVersion: 256,
    loopbackOnly: false,
  }),
};

for (const [name, example] of Object.entries(GOLDEN)) {
  test(`renders ${name} as in golden/ (CLAWDBOT_UPDATE_GOLDEN=1 rewrites it)`, () => {
    for (const [unit, rendered] of renderServiceUnits(example)) {
      const path = join(import.meta.dirname, 'golden', name, unit);
      if (process.env['CLAWDBOT_UPDATE_GOLDEN'] === '1' || !existsSync(path)) {
        mkdirSync(join(path, '..'), { recursive: true });
        writeFileSync(path, rendered);
      }
      assert.equal(rendered, readFileSync(path, 'utf8'));
    }
  });

  test(`systemd-analyze verify has nothing to say about ${name}`, { skip }, async () => {
    const directory = `/var/tmp/verify-${name}`;
    mkdirSync(host.path(directory), { recursive: true });
    // Keys of later versions than this one are what `@254` keeps out; the odd plan is rendered for this one here.
    const units = [
      ...renderServiceUnits({ ...example, command: ['/bin/true', ...example.command], systemdVersion: 252 }),
    ];
    for (const [unit, rendered] of units) writeFileSync(host.path(`${directory}/${unit}`), rendered);
    const paths = units.map(([unit]) => `${directory}/${unit}`);
    const run = example.scope === 'user' ? host.alice : host.root;
    const result = await run.call(host, [
      'systemd-analyze',
      ...(example.scope === 'user' ? ['--user'] : []),
      'verify',
      '--man=no',
      '--recursive-errors=yes',
      ...paths,
    ]);
    assert.deepEqual([result.status, result.stderr, result.stdout], [0, '', '']);
  });
}

for (const [name, unit, limit] of [
  ['system-gateway', 'clawdbot-gateway.service', 2],
  ['system-node', 'clawdbot-node.service', 6.5],
] as const) {
  test(`systemd-analyze security gives ${unit} of the system scope an exposure of at most ${limit}`, {
    skip,
  }, async () => {
    const example = GOLDEN[name];
    assert.ok(example);
    const rendered = renderServiceUnits(example).get(unit) ?? '';
    writeFileSync(host.path(`/var/tmp/${unit}`), rendered);
    const result = await host.root([
      'systemd-analyze',
      'security',
      '--offline=yes',
      '--no-pager',
      `/var/tmp/${unit}`,
    ]);
    const exposure = Number(/Overall exposure level.*: ([\d.]+)/.exec(result.stdout)?.[1]);
    console.log(`${name}: exposure ${exposure}`);
    assert.ok(exposure <= limit, result.stdout);
  });
}
