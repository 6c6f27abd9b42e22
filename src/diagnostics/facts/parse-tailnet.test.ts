import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseServeStatus, parseTailnetStatus } from './parse-tailnet.ts';

test('warnings before the JSON are skipped, the final dot of the name is cut', () => {
  const text = 'Warning: client version differs\n{"BackendState":"Running","Self":{"DNSName":"box.ts.net."}}';
  assert.deepEqual(parseTailnetStatus(text), { state: 'Running', dnsName: 'box.ts.net' });
  assert.throws(() => parseTailnetStatus('failed to connect to local tailscaled'), SyntaxError);
});

test('entries of running commands and funnels are found', () => {
  const web = (port: number) => ({
    'box.ts.net:443': { Handlers: { '/': { Proxy: `http://127.0.0.1:${port}` } } },
  });
  const entries = parseServeStatus(
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
  assert.deepEqual(parseServeStatus(''), []);
});

test('property: any JSON is an answer, never an exception', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify({ Web: value, Foreground: value, AllowFunnel: value, Self: value });
      assert.ok(Array.isArray(parseServeStatus(text)));
      assert.equal(typeof parseTailnetStatus(text).state, 'string');
    }),
  );
});
