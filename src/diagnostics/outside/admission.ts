import { openNodeSocket, signedConnectParams } from '../../protocol/host/index.ts';
import { type ConnectOutcome, connectGateway } from '../../protocol/index.ts';
import { failed, passed, read, run, type StepResult, skipped } from './step.ts';
import { authorityOf, type Target, type Visitor } from './target.ts';

/** Does the gateway accept what this machine can show, and has somebody approved it? Two steps, one connection. */
export async function askAdmission(target: Target, visitor: Visitor): Promise<StepResult[]> {
  if (visitor.role === 'node') return readNodeHost(target, visitor);
  const { token, password, keys, role } = visitor;
  if (token === undefined && password === undefined && keys === undefined) {
    return [
      failed('auth', 'this machine has no token and no identity to show there', {
        fault: 'credentials',
        exitClass: 78,
        remedies: [run('clawdbot', 'config', 'set', 'gateway.auth.token', 'TOKEN')],
      }),
    ];
  }
  if (keys === undefined) return [skipped('auth', 'not tried: this machine has no device identity yet')];
  const outcome = await connect(target, { ...visitor, keys });
  const what = token !== undefined ? 'the token' : password !== undefined ? 'the password' : 'the identity';
  if (outcome.kind === 'connected') {
    outcome.connection.close(1000, 'probe');
    return [passed('auth', `${what} is accepted`), passed('pairing', `approved as ${role}`)];
  }
  if (outcome.kind !== 'refused') {
    const why =
      outcome.kind === 'closed' ? (outcome.cause ?? `closed with ${outcome.close.code}`) : outcome.kind;
    return [failed('auth', `no answer to the login: ${why}`, { fault: 'gateway' })];
  }
  const { message } = outcome.error;
  if (message.startsWith('pairing required') || outcome.error.code === 'NOT_PAIRED') {
    return [passed('auth', `${what} is accepted`), notApproved(role)];
  }
  const isSecret = /^unauthorized/i.test(message);
  return [
    failed('auth', isSecret ? message : `the gateway refuses: ${message}`, {
      fault: /signature expired/.test(message) ? 'clock' : isSecret ? 'credentials' : 'gateway',
      exitClass: 78,
      remedies: isSecret ? [run('clawdbot', 'config', 'set', 'gateway.auth.token', 'TOKEN')] : [],
    }),
  ];
}

/**
 * The node host's own word. A login of ours under its identity would ask for the pairing in its place, and with less
 * than it needs.
 */
async function readNodeHost({ deadlineMs }: Target, { nodeState }: Visitor): Promise<StepResult[]> {
  const giveUpAt = performance.now() + deadlineMs;
  let now = nodeState();
  while (now !== undefined && /^(starting|connecting)$/.test(now.state) && performance.now() < giveUpAt) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    now = nodeState();
  }
  if (now === undefined) {
    return [
      failed('auth', 'the node host of this machine does not run, so nobody logs in', {
        fault: 'credentials',
        exitClass: 78,
        remedies: [run('clawdbot', 'node', 'status')],
      }),
    ];
  }
  if (now.state === 'connected') {
    return [
      passed('auth', 'the node host of this machine is connected there'),
      passed('pairing', 'approved'),
    ];
  }
  if (now.state === 'waiting-for-approval') {
    return [
      passed('auth', 'the credentials of the node host are accepted'),
      notApproved('node', now.requestId),
    ];
  }
  const { text = `the node host is ${now.state}`, class: kind } = now.lastError ?? {};
  const isSecret = kind === 'credentials';
  return [
    failed('auth', text, {
      fault: isSecret ? 'credentials' : 'gateway',
      exitClass: isSecret ? 78 : 75,
      remedies: [run('clawdbot', 'node', 'status')],
    }),
  ];
}

function notApproved(role: 'node' | 'operator', requestId = 'REQUEST'): StepResult {
  const [verb, what] = role === 'node' ? ['nodes', 'node'] : ['devices', 'device'];
  return failed(
    'pairing',
    `pairing required: network and credentials are fine, somebody has to approve this ${what}`,
    {
      fault: 'approval',
      remedies: [
        read(`On the gateway machine: clawdbot ${verb} pending, then clawdbot ${verb} approve ${requestId}`),
      ],
    },
  );
}

async function connect(
  target: Target,
  visitor: Visitor & { keys: NonNullable<Visitor['keys']> },
): Promise<ConnectOutcome> {
  const { isTls, pins, deadlineMs } = target;
  const { keys, token, password, version } = visitor;
  return connectGateway({
    connectTimeoutMs: deadlineMs,
    openSocket: () =>
      openNodeSocket({
        url: `${isTls ? 'wss' : 'ws'}://${authorityOf(target)}/`,
        ...(pins === undefined || !isTls ? {} : { tlsFingerprint: pins }),
      }),
    connectParams: (challenge) =>
      signedConnectParams(
        {
          clientId: 'cli',
          mode: 'cli',
          role: 'operator',
          scopes: ['operator.read'],
          version,
          keys,
          ...(token === undefined ? {} : { token }),
          ...(password === undefined ? {} : { password }),
        },
        challenge,
      ),
  });
}
