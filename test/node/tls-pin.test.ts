import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { setDefaultCACertificates } from 'node:tls';
import { WebSocketServer } from 'ws';
import { openNodeSocket } from '../../src/protocol/host/socket.ts';
import { cleanUp } from '../clean-up.ts';

const home = mkdtempSync(join(tmpdir(), 'clawdbot-pins-'));
after(() => rmSync(home, { recursive: true, force: true }));
const EC = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
openssl(
  'req',
  '-x509',
  ...EC,
  '-days',
  '9',
  '-subj',
  '/O=Test Authority',
  '-addext',
  'basicConstraints=critical,CA:true',
  '-keyout',
  'ca.key',
  '-out',
  'ca.pem',
);
openssl('req', '-new', ...EC, '-subj', '/CN=localhost', '-keyout', 'a.key', '-out', 'a.csr');
openssl('req', '-new', ...EC, '-subj', '/CN=localhost', '-keyout', 'b.key', '-out', 'b.csr');
for (const [csr, out] of [
  ['a', 'a'],
  ['a', 'a-renewed'],
  ['b', 'b'],
] as const) {
  execFileSync(
    'sh',
    [
      '-c',
      `echo subjectAltName=DNS:localhost | openssl x509 -req -in ${csr}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 5 -extfile /dev/stdin -out ${out}.pem`,
    ],
    { cwd: home, stdio: 'ignore' },
  );
}

test('a pin is the digest of the certificate, or of its key, which survives a renewal', async (t) => {
  const url = await serve(t, 'a.pem', 'a.key');
  for (const pin of [
    digest('a.pem'),
    `sha256:${colons(digest('a.pem'))}`,
    keyDigest('a.pem'),
    `${digest('b.pem')},${keyDigest('a.pem')}`,
  ])
    assert.equal(await outcome(url, pin), 'open', pin);
  const renewed = await serve(t, 'a-renewed.pem', 'a.key');
  assert.equal(await outcome(renewed, keyDigest('a.pem')), 'open');
  assert.match(await outcome(renewed, digest('a.pem')), /mismatch/);
});

test('another certificate is refused with old and new digest, its key, issuer and end', async (t) => {
  const said = await outcome(await serve(t, 'b.pem', 'b.key'), digest('a.pem'));
  const end = new Date(new X509Certificate(read('b.pem')).validTo).toISOString().slice(0, 10);
  assert.equal(
    said.replace(/; the server has shown.*/, ''),
    `gateway tls fingerprint mismatch: pinned ${digest('a.pem')}, found ${digest('b.pem')} (its key ${keyDigest('b.pem')}), issued by O=Test Authority, valid until ${end}`,
  );
});

test('the authority may be pinned, but counts only for a chain and a name the system verifies', async (t) => {
  writeFileSync(join(home, 'b-chain.pem'), read('b.pem') + read('ca.pem'));
  const url = await serve(t, 'b-chain.pem', 'b.key');
  assert.match(await outcome(url, keyDigest('ca.pem')), /mismatch/);
  setDefaultCACertificates([read('ca.pem')]);
  assert.equal(await outcome(url, keyDigest('ca.pem')), 'open');
  assert.match(await outcome(url.replace('localhost', '127.0.0.1'), keyDigest('ca.pem')), /mismatch/);
});

test('a server that alternates between certificates is told apart from a renewal', async (t) => {
  const url = await serve(t, 'b.pem', 'b.key');
  assert.match(
    await outcome(url, digest('a.pem')),
    /has shown 3 different certificates since this program started/,
  );
});

test('what is no pin is refused before anything is connected', () => {
  for (const pin of ['abc', `${'ab'.repeat(32)},${'cd'.repeat(32)},${'ef'.repeat(32)}`, ''])
    assert.throws(
      () => openNodeSocket({ url: 'wss://localhost:1', tlsFingerprint: pin }),
      /one or two SHA-256/,
    );
});

async function serve(t: TestContext, cert: string, key: string): Promise<string> {
  const server = createServer({ cert: read(cert), key: read(key) });
  const sockets = new WebSocketServer({ server });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUp(t, () => {
    for (const client of sockets.clients) client.terminate();
    server.close();
  });
  return `wss://localhost:${(server.address() as AddressInfo).port}`; // a TCP server's address is an object
}

function outcome(url: string, tlsFingerprint: string): Promise<string> {
  const socket = openNodeSocket({ url, tlsFingerprint });
  return new Promise((resolve) => {
    socket.onopen = () => {
      resolve('open');
      socket.close(1000);
    };
    socket.onerror = ({ message }) => resolve(message ?? 'error');
  });
}

function openssl(...args: string[]): void {
  execFileSync('openssl', args, { cwd: home, stdio: 'ignore' });
}

function read(name: string): string {
  return readFileSync(join(home, name), 'utf8');
}

function digest(name: string): string {
  return createHash('sha256')
    .update(new X509Certificate(read(name)).raw)
    .digest('hex');
}

function keyDigest(name: string): string {
  const key = new X509Certificate(read(name)).publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(key).digest('hex');
}

function colons(hex: string): string {
  return hex.toUpperCase().match(/../g)?.join(':') ?? '';
}
