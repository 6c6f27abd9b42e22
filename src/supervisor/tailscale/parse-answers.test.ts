import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseClientStatus, parseServeConfig } from './parse-answers.ts';

test('warnings before the JSON are skipped, the final dot of the name is cut', () => {
  const text = 'Warning: client version differs\n{"BackendState":"Running","Self":{"DNSName":"box.ts.net."}}';
  const { state, dnsName, certificateNames } = parseClientStatus(text);
  assert.deepEqual([state, dnsName, certificateNames], ['Running', 'box.ts.net', []]);
  assert.throws(() => parseClientStatus('failed to connect to local tailscaled'), SyntaxError);
});

test('entries of running commands and funnels are found', () => {
  const web = (port: number) => ({
    'box.ts.net:443': { Handlers: { '/': { Proxy: `http://127.0.0.1:${port}` } } },
  });
  const entries = parseServeConfig(
    JSON.stringify({
      Web: web(18_789),
      AllowFunnel: { 'box.ts.net:443': true },
      Foreground: { session: { Web: web(3_000) } },
    }),
  );
  assert.deepEqual(
    entries.map(({ target, isFunnel, isForeground, port }) => [target, isFunnel, isForeground, port]),
    [
      ['http://127.0.0.1:18789', true, false, 443],
      ['http://127.0.0.1:3000', false, true, 443],
    ],
  );
  assert.deepEqual(parseServeConfig(''), []);
});

test('property: any JSON is an answer, never an exception', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify({ Web: value, Foreground: value, AllowFunnel: value, Self: value });
      assert.ok(Array.isArray(parseServeConfig(text)));
      assert.equal(typeof parseClientStatus(text).state, 'string');
    }),
  );
});
