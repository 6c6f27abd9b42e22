import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { generateDeviceKeys, openNodeSocket, signedConnectParams } from '../../src/protocol/host/index.ts';
import { connectGateway } from '../../src/protocol/index.ts';
import { makeState, startTestGateway, TOKEN } from './support/gateway.ts';

test('makes a private certificate for the loopback names, serves wss with it, and keeps it', async (t) => {
  const paths = makeState(t, { tls: { enabled: true } });
  const gateway = await startTestGateway(t, { paths });
  const [certPath, keyPath] = [join(paths.tlsDir, 'gateway-cert.pem'), join(paths.tlsDir, 'gateway-key.pem')];
  for (const path of [certPath, keyPath]) assert.equal(statSync(path).mode & 0o777, 0o600, path);
  const certificate = new X509Certificate(readFileSync(certPath));
  for (const name of ['localhost']) assert.equal(certificate.checkHost(name), name);
  for (const ip of ['127.0.0.1', '::1']) assert.equal(certificate.checkIP(ip), ip);
  assert.match(gateway.url, /^wss:/);
  const pinned = await connect(gateway.url, certificate.fingerprint256);
  assert.equal(pinned.kind, 'connected');
  if (pinned.kind === 'connected') pinned.connection.close();
  const other = await connect(gateway.url, 'ab'.repeat(32));
  assert.equal(other.kind, 'closed');
  await gateway.stop({ reason: 'gateway restarting', graceMs: 0 });
  const text = readFileSync(certPath, 'utf8');
  await startTestGateway(t, { paths });
  assert.equal(readFileSync(certPath, 'utf8'), text);
});

test('does not replace half of a pair', async (t) => {
  const paths = makeState(t, { tls: { enabled: true } });
  const gateway = await startTestGateway(t, { paths });
  await gateway.stop({ reason: 'gateway restarting', graceMs: 0 });
  const certPath = join(paths.tlsDir, 'gateway-cert.pem');
  const kept = readFileSync(certPath, 'utf8');
  writeFileSync(join(paths.tlsDir, 'gateway-key.pem'), '');
  await assert.rejects(startTestGateway(t, { paths }), /cannot serve TLS with .*left as they are/);
  assert.equal(readFileSync(certPath, 'utf8'), kept);
});

test('says which configured file is missing', async (t) => {
  const missing = { certPath: '/nowhere/cert.pem', keyPath: '/nowhere/key.pem', autoGenerate: false };
  const paths = makeState(t, { tls: { enabled: true, ...missing } });
  await assert.rejects(startTestGateway(t, { paths }), /cannot serve TLS: \/nowhere\/cert.pem is missing/);
});

function connect(url: string, tlsFingerprint: string) {
  const keys = generateDeviceKeys();
  return connectGateway({
    openSocket: () => openNodeSocket({ url, tlsFingerprint }),
    connectParams: (challenge) =>
      signedConnectParams(
        { clientId: 'cli', mode: 'cli', role: 'operator', scopes: [], version: '1', keys, token: TOKEN },
        challenge,
      ),
  });
}
