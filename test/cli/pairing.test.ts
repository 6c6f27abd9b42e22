import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { cleanUp } from '../clean-up.ts';
import { privateHome, run, start } from './driver.ts';
import { startUp, type Up } from './up-driver.ts';

test('a node from elsewhere waits, is listed, approved and used; its rejection is told too', async (t) => {
  const up = await startUp(t);
  assert.equal((await up.run(['nodes', 'pending'])).stdout, 'No pending pairing requests.\n');
  const home = privateHome(t);
  const proxy = await forwardingProxy(t, up.port);
  const env = { CLAWDBOT_GATEWAY_TOKEN: tokenOf(up) };
  const node = start(
    t,
    ['node', 'run', '--host', '127.0.0.1', '--port', String(proxy), '--display-name', 'far'],
    { home, env },
  );
  await node.until(/nodes approve/);

  const pending = await up.run(['nodes', 'pending']);
  assert.match(pending.stdout, /^Request +Node +IP +Requested/);
  assert.match(pending.stdout, /far \([0-9a-f]{12}\)/);
  const [request] = JSON.parse((await up.run(['nodes', 'pending', '--json'])).stdout);
  const rejected = await up.run(['nodes', 'reject', request.requestId]);
  assert.equal(rejected.status, 0, rejected.stderr);

  const again = await waitForRequest(up, request.requestId);
  assert.equal((await up.run(['nodes', 'approve', again])).status, 0);
  await node.until(/connected to/);
  const unknown = await up.run(['nodes', 'approve', again]);
  assert.equal(unknown.status, 1);
  assert.match(unknown.stderr, /unknown requestId/);

  const here = await run(t, ['node', 'status'], { home });
  assert.match(here.stdout, /Node host: connected/);
  const which = await up.run([
    'nodes',
    'invoke',
    '--node',
    'far',
    '--command',
    'system.which',
    '--params',
    '{"bins":["sh"]}',
  ]);
  assert.equal(which.status, 0, which.stderr);
  const listed = await up.run(['devices', 'list']);
  assert.match(listed.stdout, /Paired \(2\)/);
  const removed = await up.run(['devices', 'remove', 'far']);
  assert.equal(removed.status, 0, removed.stderr);
  assert.doesNotMatch(node.output.stdout + node.output.stderr, new RegExp(tokenOf(up)));
});

async function waitForRequest(up: Up, notThis: string): Promise<string> {
  for (let tries = 0; tries < 100; tries += 1) {
    const waiting = JSON.parse((await up.run(['nodes', 'pending', '--json'])).stdout);
    const fresh = waiting.find((entry: { requestId: string }) => entry.requestId !== notThis);
    if (fresh !== undefined) return fresh.requestId;
  }
  throw new Error('no new request came');
}

function tokenOf(up: Up): string {
  return JSON.parse(readFileSync(join(up.home, '.clawdbot', 'clawdbot.json'), 'utf8')).gateway.auth.token;
}

/** Stands for Tailscale Serve: on this machine, but what comes through it is from elsewhere. */
async function forwardingProxy(t: TestContext, port: number): Promise<number> {
  const server = createServer((_request, response) => response.writeHead(404).end());
  server.on('upgrade', (incoming, socket) => {
    const headers = {
      ...incoming.headers,
      host: `127.0.0.1:${port}`,
      'x-forwarded-for': '100.64.0.9',
      'x-forwarded-proto': 'http',
    };
    const outgoing = httpRequest({ host: '127.0.0.1', port, path: incoming.url, headers });
    outgoing.on('upgrade', (response, upstream, first) => {
      const lines = Object.entries(response.headers).map(([name, value]) => `${name}: ${String(value)}`);
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`);
      socket.write(first);
      upstream.pipe(socket).pipe(upstream);
      upstream.on('error', () => socket.destroy());
    });
    outgoing.on('error', () => socket.destroy());
    socket.on('error', () => outgoing.destroy());
    outgoing.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUp(t, () => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
