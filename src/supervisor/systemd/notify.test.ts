import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectServiceManager } from './notify.ts';

test('says nothing, and costs nothing, without a service manager', async () => {
  const manager = connectServiceManager({});
  assert.equal(manager.isActive, false);
  manager.ready('serving');
  manager.status('serving 3 nodes');
  await manager.stopping();
  manager.close();
});

test('takes the variables out of the environment, so that no child speaks for the service', () => {
  const env: Record<string, string | undefined> = {
    NOTIFY_SOCKET: '/run/none',
    WATCHDOG_USEC: '1000000',
    WATCHDOG_PID: '1',
    HOME: '/',
  };
  connectServiceManager(env).close();
  assert.deepEqual(env, { HOME: '/' });
});

test('a socket that nobody reads holds nothing up', async () => {
  const manager = connectServiceManager({ NOTIFY_SOCKET: '/run/clawdbot-test-none' });
  manager.ready('serving');
  await manager.stopping();
  manager.close();
});
