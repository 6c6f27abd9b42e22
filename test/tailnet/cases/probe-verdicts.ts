import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../systemd/until.ts';
import { GATEWAY_URL, type InstalledTailnet } from '../installed-tailnet.ts';

type Step = { step: string; result: string; text: string; fault?: string; remedies?: unknown };
type Verdict = { status: number | null; steps: Step[]; said: string };

/** `clawdbot probe` stops at the first broken step and puts the fault where it is (F-60). */
export function probeVerdicts(open: () => InstalledTailnet, skip: string | false): void {
  test('an access rule in the way is told from a machine that is gone', {
    skip,
  }, async () => {
    const { server, administer } = open();
    await administer('jail?on=true');
    await until('the rule to hold', async () => (await look()).steps.at(-1)?.step === 'tcp');
    await assertFault(look, {
      step: 'tcp',
      fault: 'rules',
      status: 78,
      text: /although server\.tail0000\.ts\.net answers a ping of tailscaled: an access rule/,
    });
    await administer('jail?on=false');
    await until('the rule to be gone', async () => isFine(await look()));

    await server.root(['systemctl', 'kill', '-s', 'STOP', 'tailscaled']);
    try {
      await assertFault(look, {
        step: 'tcp',
        fault: 'server',
        status: 75,
        text: /nor does server\.tail0000\.ts\.net answer a ping of tailscaled/,
      });
    } finally {
      await server.root(['systemctl', 'kill', '-s', 'CONT', 'tailscaled']);
    }
    await until('the server to answer again', async () => isFine(await look()));
  });

  test('a wrong clock is told from a wrong certificate, whichever way it is wrong', {
    skip,
  }, async () => {
    for (const [clock, step, text] of [
      ['-3d', 'tls', /here it is .*, the server says .*: 3 days apart: the clock of this machine is behind/],
      ['+100d', 'tls', /to \d{4}-.*; here it is .*: 100 days apart: one of the clocks is wrong/],
      // Before the authority itself was made, and after the server's certificate was.
      ['-20m', 'tls', /the certificate of Test Authority R1 is valid from .*: 20 minutes apart/],
      ['+20m', 'http', /: 20 minutes apart; 10 minutes are allowed/],
    ] as const) {
      await assertFault(() => look(GATEWAY_URL, ['faketime', '-f', clock]), {
        step,
        fault: 'clock',
        status: 69,
        text,
      });
    }
  });

  test('a wrong name: of another machine, of nobody, of this server but not in its certificate', {
    skip,
  }, async () => {
    const { server } = open();
    await assertFault(() => look('https://desktop.tail0000.ts.net:18789/'), {
      step: 'tcp',
      fault: 'route',
      status: 75,
      text: /the machine is up, but it serves nothing on port 18789/,
    });
    await assertFault(() => look('https://nobody.tail0000.ts.net:18789/'), {
      step: 'name',
      fault: 'name',
      status: 75,
      text: /the tailnet has no machine of that name/,
    });
    for (const url of ['https://server:18789/', 'https://100.64.0.1:18789/']) {
      const text = /is server\.tail0000\.ts\.net, and a certificate is only for that name/;
      const verdict = await assertFault(() => look(url), { step: 'tls', fault: 'name', status: 78, text });
      assert.match(verdict.said, new RegExp(`"clawdbot",\\s*"probe",\\s*"${GATEWAY_URL}"`));
    }
    // The same certificate from a server that shows it under every name.
    const files = '/var/lib/tailscale/certs/server.tail0000.ts.net';
    const other = server.start('root', [
      ...['openssl', 's_server', '-quiet', '-accept', '100.64.0.1:8443'],
      ...['-cert', `${files}.crt`, '-key', `${files}.key`],
    ]);
    try {
      await until('it to listen', async () => !/refuses/.test(JSON.stringify(await look(OTHER))));
      await assertFault(() => look(OTHER), {
        step: 'tls',
        fault: 'name',
        status: 78,
        text: /the certificate is not for server but for server\.tail0000\.ts\.net/,
      });
    } finally {
      other.stdin?.end();
      await server.root(['sh', '-c', 'kill $(pidof openssl)']);
    }
  });

  const OTHER = 'https://server:8443/';

  async function look(url = GATEWAY_URL, before: readonly string[] = []): Promise<Verdict> {
    const { status, stdout, stderr } = await open().desktop.alice([
      ...before,
      'clawdbot',
      'probe',
      url,
      '--json',
    ]);
    assert.equal(stderr, '');
    return { status, steps: JSON.parse(stdout).steps, said: stdout };
  }
}

/** As far as the login: whoever asks has nothing to show there. */
function isFine({ steps }: Verdict): boolean {
  return steps.some(({ step, result }) => step === 'upgrade' && result === 'ok');
}

/** Looks again where a step got no answer in its 3 s, as everything does now and then on a busy machine. */
async function assertFault(
  look: () => Promise<Verdict>,
  expected: { step: string; fault: string; status: number; text: RegExp },
  tries = 5,
): Promise<Verdict> {
  const verdict = await look();
  const { status, steps, said } = verdict;
  const last = steps.at(-1);
  const { text, ...rest } = expected;
  if (tries > 1 && last?.fault !== expected.fault && /no answer|not answer/.test(last?.text ?? ''))
    return assertFault(look, expected, tries - 1);
  assert.deepEqual({ step: last?.step, fault: last?.fault, status }, rest, said);
  assert.match(last?.text ?? '', text);
  assert.ok(
    steps.slice(0, -1).every(({ result }) => result !== 'failed'),
    'only the last step failed',
  );
  return verdict;
}
