import assert from 'node:assert/strict';
import { before, type TestContext, test } from 'node:test';
import { signal } from '@preact/signals';
import { type EventFrame, RequestError } from '../../protocol/index.ts';
import type { Link } from '../link/link.ts';
import { createApp } from './attention.ts';
import { createResource } from './resource.ts';

const page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
before(() => Object.assign(globalThis, { document: page }));

/** A connection that answers with what the test gives. */
function fakeLink(answer: (method: string) => unknown) {
  const listeners = new Set<(event: EventFrame) => void>();
  const link = {
    state: signal({ kind: 'connected' }),
    call: async (method: string) => answer(method),
    may: () => true,
    offers: () => true,
    onEvent: (listener: (event: EventFrame) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return {
    // Only what a resource uses of it.
    link: link as unknown as Link,
    tell: (event: string, payload: unknown) => {
      for (const listener of listeners) listener({ type: 'event', event, payload });
    },
  };
}

/** What was asked has been answered. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

function use(t: TestContext, resource: { use: () => () => void }): void {
  t.after(resource.use());
}

test('why it cannot be loaded is said for people, not as the code of the protocol', async (t) => {
  const { link } = fakeLink(() => {
    throw new RequestError({ code: 'TIMEOUT', message: 'request timed out: node.list' });
  });
  const resource = createResource(link, { load: () => link.call('node.list', {}) });
  use(t, resource);
  await settled();
  assert.match(resource.error.value ?? '', /^The gateway did not answer in time/);
});

test('who comes back to a tab sees what grew old renewed at once, and nothing asked for without need', async (t) => {
  t.mock.timers.enable({ apis: ['Date', 'setInterval'] });
  let asked = 0;
  const { link } = fakeLink(() => {
    asked += 1;
  });
  const resource = createResource(link, { load: () => link.call('status', {}), everyMs: 60_000 });
  use(t, resource);
  await settled();
  page.dispatchEvent(new Event('visibilitychange'));
  await settled();
  assert.equal(asked, 1, 'it is young');
  page.visibilityState = 'hidden';
  t.mock.timers.tick(600_000);
  page.dispatchEvent(new Event('visibilitychange'));
  await settled();
  assert.equal(asked, 1, 'nobody sees it');
  page.visibilityState = 'visible';
  page.dispatchEvent(new Event('visibilitychange'));
  await settled();
  assert.equal(asked, 2);
});

test('a question that is told of and listed at the same time is one question', async (t) => {
  const question = { id: 'q', request: { command: 'make' }, createdAtMs: 0, expiresAtMs: 1 };
  const { link, tell } = fakeLink((method) => (method === 'exec.approval.list' ? [question] : {}));
  const { approvals } = createApp(link);
  use(t, approvals);
  await settled();
  tell('exec.approval.requested', question);
  assert.equal(approvals.value.value?.length, 1);
});
