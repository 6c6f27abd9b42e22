import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OpsError } from '../../state/index.ts';
import { renderError } from './render-error.ts';

test('shows intention, evidence and remedy in this order, escaped', () => {
  const error = new OpsError('gateway/unreachable', 'cannot list nodes: evil\x1b[2J', {
    evidence: { gatewayTarget: 'ws://127.0.0.1:1' },
    remedies: [{ kind: 'run', command: ['clawdbot', 'nodes', 'rename', '--name', 'a b'] }],
  });
  assert.deepEqual(renderError(error, { secrets: new Set(), self: 'npx clawdbot' }), {
    text: "cannot list nodes: evil\\x1b[2J\n  Gateway target: ws://127.0.0.1:1\n→ run: npx clawdbot nodes rename --name 'a b'",
    json: {
      ok: false,
      error: {
        code: 'gateway/unreachable',
        message: 'cannot list nodes: evil\x1b[2J',
        evidence: { gatewayTarget: 'ws://127.0.0.1:1' },
        remedies: [{ kind: 'run', command: ['clawdbot', 'nodes', 'rename', '--name', 'a b'] }],
      },
    },
    exitClass: 75,
  });
});

test('masks a secret that got into a message or evidence', () => {
  const error = new OpsError('gateway/refused', 'cannot connect: token s3cretvalue refused', {
    evidence: { url: 'ws://h/?token=s3cretvalue' },
  });
  const rendered = renderError(error, { secrets: new Set(['s3cretvalue', 'ok']) });
  assert.doesNotMatch(rendered.text + JSON.stringify(rendered.json), /s3cret/);
});

test('a line of thousands of characters shows its ends, in JSON all of it; a remedy stays whole', () => {
  const long = 'a'.repeat(10_000);
  const error = new OpsError('usage', `cannot find ${long}: unknown`, {
    remedies: [{ kind: 'run', command: ['clawdbot', long] }],
  });
  const { text, json } = renderError(error, { secrets: new Set() });
  assert.match(text, /^cannot find a+ … \(10021 characters\) … a+: unknown\n→ run: clawdbot a{10000}$/);
  assert.match(json.error.message, /a{10000}/);
});

test('names a cause only when the message does not', () => {
  const cause = new Error('no route to host');
  assert.match(
    renderError(new OpsError('gateway/unreachable', 'cannot connect', { cause }), { secrets: new Set() })
      .text,
    /because: no route/,
  );
  assert.doesNotMatch(
    renderError(new OpsError('gateway/unreachable', 'cannot connect: no route to host', { cause }), {
      secrets: new Set(),
    }).text,
    /because/,
  );
});
