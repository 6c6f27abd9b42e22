import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { networkInterfaces } from 'node:os';
import { type TestContext, test } from 'node:test';
import { type ListenOutcome, type ListenPlan, listenAll } from './listen.ts';

const hasIpv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === '::1'),
);

async function listen(t: TestContext, plan: ListenPlan): Promise<ListenOutcome> {
  const outcome = await listenAll(plan, () => createServer((_request, response) => response.end('here')));
  t.after(() => outcome.servers.map((server) => server.close()));
  return outcome;
}

const both = [
  { host: '127.0.0.1', optional: false },
  { host: '::1', optional: true },
];

test('listens on both loopback addresses with one port', {
  skip: hasIpv6 ? false : 'no ::1 here',
}, async (t) => {
  const { port, addresses } = await listen(t, { kind: 'addresses', port: 0, addresses: both });
  assert.deepEqual(addresses, [`127.0.0.1:${port}`, `[::1]:${port}`]);
  for (const host of ['127.0.0.1', '[::1]']) {
    assert.equal(await (await fetch(`http://${host}:${port}/`)).text(), 'here');
  }
});

test('does without an optional address the machine does not have, and not without a wanted one', async (t) => {
  // 192.0.2.0/24 is reserved for documentation (RFC 5737): no machine has it.
  const absent = (optional: boolean) => [
    { host: '127.0.0.1', optional: false },
    { host: '192.0.2.1', optional },
  ];
  const { addresses } = await listen(t, { kind: 'addresses', port: 0, addresses: absent(true) });
  assert.equal(addresses.length, 1);
  await assert.rejects(listen(t, { kind: 'addresses', port: 0, addresses: absent(false) }), {
    code: 'port/bind',
    message: /cannot listen on 192.0.2.1 port \d+: EADDRNOTAVAIL/,
  });
});

test('does without an optional address that somebody else has, and says which', async (t) => {
  const first = await listen(t, {
    kind: 'addresses',
    port: 0,
    addresses: [{ host: '127.0.0.2', optional: false }],
  });
  const outcome = await listen(t, {
    kind: 'addresses',
    port: first.port,
    addresses: [
      { host: '127.0.0.3', optional: false },
      { host: '127.0.0.2', optional: true },
    ],
  });
  assert.deepEqual(outcome.addresses, [`127.0.0.3:${first.port}`]);
  assert.deepEqual(outcome.taken, ['127.0.0.2']);
});

test('a busy port is named, and nothing keeps listening', async (t) => {
  const first = await listen(t, {
    kind: 'addresses',
    port: 0,
    addresses: [{ host: '127.0.0.2', optional: false }],
  });
  const plan: ListenPlan = {
    kind: 'addresses',
    port: first.port,
    addresses: [
      { host: '127.0.0.3', optional: false },
      { host: '127.0.0.2', optional: false },
    ],
  };
  await assert.rejects(listen(t, plan), {
    code: 'port/in-use',
    message: new RegExp(`Port ${first.port} is already in use`),
  });
  await assert.rejects(fetch(`http://127.0.0.3:${first.port}/`));
});
