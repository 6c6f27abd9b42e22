import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { explainOutcome } from '../../src/supervisor/tailscale/explain-outcome.ts';
import { changeRoute } from '../../src/supervisor/tailscale/publish.ts';
import { cleanUp } from '../clean-up.ts';
import {
  RECORDED_STATUS,
  type StandIn,
  type StandInState,
  startStandIn,
} from '../tailnet/stand-in-daemon.ts';

const WISH = { port: 18_789, gatewayPort: 18_789, isFunnel: false };
const NAME = 'server.tail0000.ts.net';
const OTHERS = {
  TCP: { '443': { HTTPS: true }, '22': { TCPForward: '127.0.0.1:22' } },
  Web: { [`${NAME}:443`]: { Handlers: { '/': { Proxy: 'http://127.0.0.1:3000' } } } },
  FieldOfANewerRelease: { kept: true },
};

async function daemon(t: TestContext, state: Partial<StandInState> = {}): Promise<StandIn> {
  const directory = mkdtempSync(join(tmpdir(), 'clawdbot-tailscale-'));
  const standIn = await startStandIn(join(directory, 'tailscaled.sock'), state);
  cleanUp(t, async () => {
    await standIn.close();
    rmSync(directory, { recursive: true, force: true });
  });
  return standIn;
}

const access = ({ socket }: StandIn) => ({ socket, helperDirectories: [] });

test('publishes one entry, leaves the others and fields it does not know, and takes exactly that one away', async (t) => {
  const standIn = await daemon(t, { serve: structuredClone(OTHERS) });
  const added = await changeRoute(WISH, { change: 'add', access: access(standIn) });
  assert.equal(added.kind, 'done');
  assert.deepEqual(standIn.state.serve, {
    ...OTHERS,
    TCP: { ...OTHERS.TCP, '18789': { HTTPS: true } },
    Web: {
      ...OTHERS.Web,
      [`${NAME}:18789`]: { Handlers: { '/': { Proxy: 'http://127.0.0.1:18789' } } },
    },
  });
  const again = await changeRoute(WISH, { change: 'add', access: access(standIn) });
  assert.equal(again.kind === 'done' && again.isChanged, false);
  assert.equal(standIn.posts, 1, 'nothing is written when all is as wished');
  await changeRoute(WISH, { change: 'remove', access: access(standIn) });
  assert.deepEqual(standIn.state.serve, OTHERS);
});

test('a change that somebody else makes in between is kept: the config is read again', async (t) => {
  const standIn = await daemon(t);
  standIn.state.beforeWrite = () => {
    delete standIn.state.beforeWrite;
    standIn.state.serve = structuredClone(OTHERS);
  };
  const outcome = await changeRoute(WISH, { change: 'add', access: access(standIn) });
  assert.equal(outcome.kind, 'done');
  assert.equal(standIn.posts, 2);
  const web = Object.keys((standIn.state.serve as typeof OTHERS).Web); // an object since the first write
  assert.deepEqual(web, [`${NAME}:443`, `${NAME}:18789`]);
});

test('without an ETag, as releases before 1.50 have it, it is written all the same', async (t) => {
  const standIn = await daemon(t, { hasEtag: false });
  assert.equal((await changeRoute(WISH, { change: 'add', access: access(standIn) })).kind, 'done');
});

test('a dry run tells what would change and writes nothing', async (t) => {
  const standIn = await daemon(t);
  const outcome = await changeRoute(WISH, { change: 'add', isDryRun: true, access: access(standIn) });
  assert.equal(outcome.kind === 'done' && outcome.isChanged && outcome.after.length, 1);
  assert.deepEqual([standIn.posts, standIn.state.serve], [0, null]);
});

test('an entry of somebody else is named and stays, whatever its kind', async (t) => {
  const site = `${NAME}:18789`;
  for (const serve of [
    {
      TCP: { '18789': { HTTPS: true } },
      Web: { [site]: { Handlers: { '/': { Proxy: 'http://127.0.0.1:3000' } } } },
    },
    { TCP: { '18789': { TCPForward: '127.0.0.1:3000' } } },
    {
      Foreground: {
        s1: { TCP: { '18789': { HTTPS: true } }, Web: { [site]: { Handlers: { '/': { Text: 'hi' } } } } },
      },
    },
  ]) {
    const standIn = await daemon(t, { serve });
    for (const change of ['add', 'remove'] as const) {
      const outcome = await changeRoute(WISH, { change, access: access(standIn) });
      assert.equal(outcome.kind, 'occupied', JSON.stringify(serve));
      assert.equal(explainOutcome(outcome, 'alice')?.exitClass, 78);
    }
    assert.equal(standIn.posts, 0);
  }
});

test('other paths of the port do not stand in the way and outlive ours', async (t) => {
  const serve = {
    TCP: { '18789': { HTTPS: true } },
    Web: { [`${NAME}:18789`]: { Handlers: { '/wiki': { Proxy: 'http://127.0.0.1:3000' } } } },
  };
  const standIn = await daemon(t, { serve: structuredClone(serve) });
  await changeRoute(WISH, { change: 'add', access: access(standIn) });
  await changeRoute(WISH, { change: 'remove', access: access(standIn) });
  assert.deepEqual(standIn.state.serve, serve);
});

test('an entry that somebody opened to everybody is reported as such; only a person’s `serve` closes it', async (t) => {
  const standIn = await daemon(t, {
    serve: { ...structuredClone(OTHERS), AllowFunnel: { 'other:443': true } },
  });
  await changeRoute({ ...WISH, isFunnel: true }, { change: 'add', access: access(standIn) });
  const outcome = await changeRoute(WISH, { change: 'add', access: access(standIn) });
  assert.ok(outcome.kind === 'done');
  assert.deepEqual([outcome.isChanged, outcome.route.isFunnel, standIn.posts], [false, true, 1]);
  const closed = await changeRoute(WISH, { change: 'add', closesFunnel: true, access: access(standIn) });
  assert.deepEqual(closed.kind === 'done' && [closed.isChanged, closed.route.isFunnel], [true, false]);
  const { AllowFunnel, Web } = standIn.state.serve as Record<string, object>; // written as an object
  assert.deepEqual(AllowFunnel, { 'other:443': true });
  assert.ok(`${NAME}:18789` in (Web ?? {}), 'the address stays, for the tailnet');
});

test('a port that others share is neither opened nor closed, nor entered while it is open', async (t) => {
  const site = `${NAME}:18789`;
  const wiki = { '/wiki': { Proxy: 'http://127.0.0.1:3000' } };
  const ours = { '/': { Proxy: 'http://127.0.0.1:18789' } };
  for (const [handlers, isOpen, isFunnel] of [
    [{ ...wiki, ...ours }, true, false],
    [{ ...wiki, ...ours }, false, true],
    [wiki, true, false],
    [wiki, false, true],
  ] as const) {
    const serve = {
      TCP: { '18789': { HTTPS: true } },
      Web: { [site]: { Handlers: handlers } },
      ...(isOpen ? { AllowFunnel: { [site]: true } } : {}),
    };
    const standIn = await daemon(t, { serve: structuredClone(serve) });
    const outcome = await changeRoute(
      { ...WISH, isFunnel },
      { change: 'add', closesFunnel: true, access: access(standIn) },
    );
    assert.equal(outcome.kind, 'shared', JSON.stringify(serve));
    assert.match(explainOutcome(outcome, 'alice')?.message ?? '', /\/wiki/);
    assert.equal(standIn.posts, 0);
  }
});

test('our own recorded route follows a changed gateway port and a renamed machine; nobody else’s does', async (t) => {
  const record = {
    name: 'old.tail0000.ts.net',
    port: 18_789,
    gatewayPort: 19_000,
    isFunnel: false,
    madeAtMs: 1,
  };
  const serve = {
    TCP: { '18789': { HTTPS: true } },
    Web: {
      [`${record.name}:18789`]: { Handlers: { '/': { Proxy: 'http://127.0.0.1:19000' } } },
      [`${NAME}:443`]: { Handlers: { '/': { Proxy: 'http://127.0.0.1:19000' } } },
    },
  };
  const standIn = await daemon(t, { serve });
  const outcome = await changeRoute(WISH, { change: 'add', record, access: access(standIn) });
  assert.equal(outcome.kind, 'done');
  const { Web } = standIn.state.serve as { Web: Record<string, unknown> }; // written as an object
  assert.deepEqual(Object.keys(Web).toSorted(), [`${NAME}:18789`, `${NAME}:443`]);
});

test('no right to change it: exit 69 and both commands, with the account of the service', async (t) => {
  const standIn = await daemon(t, { mayWrite: false });
  const trouble = explainOutcome(
    await changeRoute(WISH, { change: 'add', access: access(standIn) }),
    'alice',
  );
  assert.equal(trouble?.exitClass, 69);
  assert.match(trouble.message, /serve config denied/);
  assert.deepEqual(
    trouble.remedies.map((remedy) => (remedy.kind === 'run' ? remedy.command.join(' ') : remedy.text)),
    ['sudo tailscale serve --bg --https=18789 127.0.0.1:18789', 'sudo tailscale set --operator=alice'],
  );
});

test('every state of the client is named; only two of them pass by themselves', async (t) => {
  for (const [state, exitClass] of [
    ['NoState', 75],
    ['Starting', 75],
    ['NeedsLogin', 69],
    ['NeedsMachineAuth', 69],
    ['Stopped', 69],
  ] as const) {
    const standIn = await daemon(t, { status: { ...RECORDED_STATUS, BackendState: state } });
    const outcome = await changeRoute(WISH, { change: 'add', access: access(standIn) });
    assert.equal(explainOutcome(outcome, 'alice')?.exitClass, exitClass, state);
  }
});

test('a daemon that hangs, is absent, or talks nonsense ends in an answer, soon', async (t) => {
  const standIn = await daemon(t, { isHanging: true });
  const hanging = await changeRoute(WISH, { change: 'add', access: access(standIn) });
  assert.match(explainOutcome(hanging, 'alice')?.message ?? '', /does not answer within 1500 ms/);
  const absent = await changeRoute(WISH, {
    change: 'add',
    access: { socket: '/nonexistent/s', helperDirectories: [] },
  });
  assert.equal(explainOutcome(absent, 'alice')?.exitClass, 69);
  assert.match(
    explainOutcome(absent, 'alice', 'take it off')?.message ?? '',
    /^cannot take it off: tailscaled/,
  );
});

test('certificates switched off are said before anything is written', async (t) => {
  const standIn = await daemon(t, { status: { ...RECORDED_STATUS, CertDomains: null } });
  const outcome = await changeRoute(WISH, { change: 'add', access: access(standIn) });
  assert.deepEqual(
    [outcome.kind, explainOutcome(outcome, 'alice')?.exitClass, standIn.posts],
    ['not-enabled', 69, 0],
  );
});

test('an answer that is no serve config is told, and nothing is written over it', async (t) => {
  const standIn = await daemon(t, { serve: 'what is this' });
  const outcome = await changeRoute(WISH, { change: 'remove', access: access(standIn) });
  assert.equal(outcome.kind, 'failed');
  assert.equal(standIn.posts, 0);
});
