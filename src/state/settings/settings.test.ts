import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LoadedConfig } from '../config/load.ts';
import { loadConfig } from '../config/load.ts';
import { resolvePaths } from '../paths.ts';
import { resolveClientTarget } from './client-target.ts';
import { resolveGatewaySettings } from './gateway-settings.ts';

function loaded(text: string | undefined, profile?: string): LoadedConfig {
  const paths = resolvePaths({ HOME: '/nonexistent' }, profile);
  const config = loadConfig(paths, {}, text ?? '{}');
  return { ...config, exists: text !== undefined };
}

const TAILNET = {
  tailscale0: [{ address: '100.101.1.2', family: 'IPv4', netmask: '', mac: '', internal: false, cidr: null }],
} as const;
const LOCAL = '{gateway: {mode: "local", auth: {token: "config-token"}}}';

test('a local gateway with a token may start, on loopback only', () => {
  const settings = resolveGatewaySettings(loaded(LOCAL), {});
  assert.deepEqual(settings.problems, []);
  assert.equal(settings.port, 18789);
  assert.deepEqual(settings.addresses, [
    { host: '127.0.0.1', optional: false },
    { host: '::1', optional: true },
  ]);
  assert.deepEqual(settings.auth, {
    mode: 'token',
    token: 'config-token',
    password: undefined,
    allowTailscale: false,
  });
  assert.deepEqual(settings.sources, {
    port: 'default',
    bind: 'default',
    authMode: 'default',
    token: 'config',
    password: 'default',
  });
});

const ports: {
  config: string;
  env: Record<string, string>;
  option?: number;
  port: number;
  source: string;
}[] = [
  {
    config: '{gateway: {port: 1000}}',
    env: { CLAWDBOT_GATEWAY_PORT: '2000' },
    option: 3000,
    port: 3000,
    source: 'option',
  },
  { config: '{gateway: {port: 1000}}', env: { CLAWDBOT_GATEWAY_PORT: '2000' }, port: 2000, source: 'env' },
  { config: '{gateway: {port: 1000}}', env: {}, port: 1000, source: 'config' },
  { config: '{}', env: { CLAWDBOT_GATEWAY_PORT: ' ' }, port: 18789, source: 'default' },
];

for (const { config, env, option, port, source } of ports) {
  test(`port ${port} comes from ${source}`, () => {
    const settings = resolveGatewaySettings(
      loaded(config),
      env,
      option === undefined ? {} : { port: option },
    );
    assert.deepEqual([settings.port, settings.sources.port], [port, source]);
  });
}

test('the profile dev has its own default port', () => {
  assert.equal(resolveGatewaySettings(loaded('{}', 'dev'), {}).port, 19001);
  assert.equal(resolveClientTarget(loaded('{}', 'dev'), {}).url, 'ws://127.0.0.1:19001');
});

const modes: { config: string; env: Record<string, string>; mode: string }[] = [
  { config: '{}', env: {}, mode: 'none' },
  { config: '{}', env: { CLAWDBOT_GATEWAY_TOKEN: 't' }, mode: 'token' },
  { config: '{}', env: { CLAWDBOT_GATEWAY_TOKEN: 't', CLAWDBOT_GATEWAY_PASSWORD: 'p' }, mode: 'password' },
  { config: '{gateway: {auth: {mode: "token", password: "p"}}}', env: {}, mode: 'token' },
];

for (const { config, env, mode } of modes) {
  test(`auth of ${config} with ${Object.keys(env).join(', ') || 'no variable'} is ${mode}`, () => {
    assert.equal(resolveGatewaySettings(loaded(config), env).auth.mode, mode);
  });
}

test('the config comes before the environment for the gateway, after it for a client', () => {
  const env = { CLAWDBOT_GATEWAY_TOKEN: 'env-token' };
  assert.equal(resolveGatewaySettings(loaded(LOCAL), env).auth.token, 'config-token');
  assert.equal(resolveClientTarget(loaded(LOCAL), env).token, 'env-token');
  assert.equal(resolveClientTarget(loaded(LOCAL), env, { token: 'option' }).token, 'option');
});

test('Tailscale identities are accepted by default only with serve and no password', () => {
  const allow = (config: string): boolean => resolveGatewaySettings(loaded(config), {}).auth.allowTailscale;
  assert.equal(allow('{gateway: {tailscale: {mode: "serve"}, auth: {token: "t"}}}'), true);
  assert.equal(allow('{gateway: {tailscale: {mode: "serve"}, auth: {password: "p"}}}'), false);
  assert.equal(
    allow('{gateway: {tailscale: {mode: "serve"}, auth: {token: "t", allowTailscale: false}}}'),
    false,
  );
});

test('loopback is always among the addresses', () => {
  const hosts = (config: string): string[] =>
    resolveGatewaySettings(loaded(config), {}, {}, TAILNET).addresses.map(({ host }) => host);
  assert.deepEqual(hosts('{gateway: {bind: "lan"}}'), ['0.0.0.0', '::1']);
  assert.deepEqual(hosts('{gateway: {bind: "tailnet"}}'), ['100.101.1.2', '127.0.0.1', '::1']);
  assert.deepEqual(hosts('{gateway: {bind: "auto"}}'), ['127.0.0.1', '::1']);
  assert.deepEqual(hosts('{gateway: {bind: "custom", customBindHost: "10.1.1.1"}}'), [
    '10.1.1.1',
    '127.0.0.1',
    '::1',
  ]);
  assert.deepEqual(hosts('{gateway: {bind: "custom", customBindHost: "::"}}'), ['::']);
});

const problems: {
  config: string | undefined;
  env?: Record<string, string>;
  message: string;
  exitClass?: number;
}[] = [
  {
    config: undefined,
    message:
      'Missing config. Run `clawdbot onboard` or set gateway.mode=local (or pass --allow-unconfigured).',
  },
  {
    config: '{}',
    message: 'Gateway start blocked: set gateway.mode=local (current: unset) or pass --allow-unconfigured.',
  },
  {
    config: '{gateway: {mode: "remote"}}',
    message: 'Gateway start blocked: set gateway.mode=local (current: remote) or pass --allow-unconfigured.',
  },
  {
    config: '{gateway: {mode: "local", auth: {mode: "token"}}}',
    message:
      'Gateway auth is set to token, but no token is configured.\nSet gateway.auth.token (or CLAWDBOT_GATEWAY_TOKEN), or pass --token.',
  },
  {
    config: '{gateway: {mode: "local", auth: {mode: "password"}}}',
    message:
      'Gateway auth is set to password, but no password is configured.\nSet gateway.auth.password (or CLAWDBOT_GATEWAY_PASSWORD), or pass --password.',
  },
  {
    config: '{gateway: {mode: "local", bind: "lan"}}',
    message:
      'Refusing to bind gateway to lan without auth.\nSet gateway.auth.token or gateway.auth.password, or gateway.bind=loopback.',
  },
  {
    config: LOCAL,
    env: { CLAWDBOT_GATEWAY_PORT: 'eighty' },
    message: 'CLAWDBOT_GATEWAY_PORT is "eighty", which is not a port (1 to 65535)',
  },
  {
    config: '{gateway: {mode: "local", bind: "tailnet", auth: {token: "t"}}}',
    message: 'gateway.bind is "tailnet" but this machine has no tailnet address (100.64.0.0/10) now',
    exitClass: 75,
  },
  { config: '{gateway: {mode: "local", port: 0}}', message: 'must be a whole number from 1 to 65535, not 0' },
];

for (const { config, env = {}, message, exitClass = 78 } of problems) {
  test(`does not start with ${config ?? 'no config'} ${Object.values(env).join('')}`, () => {
    const found = resolveGatewaySettings(loaded(config), env).problems;
    assert.deepEqual(
      found.map((problem) => [problem.message, problem.exitClass]),
      [[message, exitClass]],
    );
  });
}

test('an option replaces a bad value of the file, and --allow-unconfigured the missing mode', () => {
  const settings = resolveGatewaySettings(
    loaded('{gateway: {port: 0}}'),
    {},
    { port: 4000, allowUnconfigured: true },
  );
  assert.deepEqual([settings.port, settings.problems], [4000, []]);
});

const LOCAL_SECRETS = '{gateway: {auth: {token: "t", password: "p"}}}';
const REMOTE_SECRETS =
  '{gateway: {mode: "remote", remote: {url: "wss://gw:443", token: "t", password: "p"}}}';
const TUNNEL = '{gateway: {mode: "remote", remote: {url: "ws://127.0.0.1:1", token: "t", password: "p"}}}';

for (const [config, url, isSent] of [
  [LOCAL_SECRETS, 'ws://127.0.0.1:4000', true],
  [LOCAL_SECRETS, 'ws://localhost:4000', true],
  [LOCAL_SECRETS, 'ws://[::1]:4000', true],
  [LOCAL_SECRETS, 'wss://gw', false],
  [LOCAL_SECRETS, 'ws://127.0.0.1.example', false],
  [LOCAL_SECRETS, 'ws://127.0.0.1@evil.example', false],
  [REMOTE_SECRETS, 'wss://gw:8443/path', true],
  [REMOTE_SECRETS, 'ws://gw:443', false],
  [REMOTE_SECRETS, 'wss://other', false],
  [REMOTE_SECRETS, 'ws://127.0.0.1:4000', false],
  [TUNNEL, 'ws://localhost:2', true],
] as const)
  test(`secrets of ${config} ${isSent ? 'go' : 'do not go'} to --url ${url}`, () => {
    const target = resolveClientTarget(loaded(config), {}, { url });
    const { token, password, isSecretWithheld } = target;
    assert.deepEqual(
      [token, password, isSecretWithheld],
      isSent ? ['t', 'p', false] : [undefined, undefined, true],
    );
    const said = resolveClientTarget(loaded(config), {}, { url, token: 'said' });
    assert.equal(said.token, 'said');
  });

test('a client goes to the URL it is given, to the remote gateway, or to loopback', () => {
  const remote = loaded(
    '{gateway: {mode: "remote", remote: {url: "wss://gw:443", token: "rt", password: "rp"}}}',
  );
  const byConfig = resolveClientTarget(remote, { CLAWDBOT_GATEWAY_TOKEN: 'env' });
  assert.deepEqual(
    [byConfig.url, byConfig.source, byConfig.token, byConfig.password, byConfig.isLocal],
    ['wss://gw:443', 'config gateway.remote.url', 'rt', 'rp', false],
  );
  assert.equal(resolveClientTarget(remote, { CLAWDBOT_GATEWAY_PASSWORD: 'env' }).password, 'env');
  const byOption = resolveClientTarget(remote, {}, { url: 'ws://10.0.0.1:1' });
  assert.deepEqual(
    [byOption.url, byOption.source, byOption.bind],
    ['ws://10.0.0.1:1', 'cli --url', undefined],
  );
  const local = resolveClientTarget(loaded('{gateway: {bind: "lan"}}'), { CLAWDBOT_GATEWAY_PORT: '1234' });
  assert.deepEqual([local.url, local.source, local.bind], ['ws://127.0.0.1:1234', 'local loopback', 'lan']);
});

test('local TLS points to the certificate to pin, a given fingerprint wins, and none fits ws://', () => {
  const config = loaded('{gateway: {tls: {enabled: true}}}');
  assert.equal(
    resolveClientTarget(config, {}).tlsCertificateFile,
    '/nonexistent/.clawdbot/gateway/tls/gateway-cert.pem',
  );
  const pin = resolveClientTarget(config, {}, { tlsFingerprint: 'AB:CD' });
  assert.deepEqual([pin.tlsFingerprint, pin.tlsCertificateFile], ['abcd', undefined]);
  assert.throws(() => resolveClientTarget(loaded('{}'), {}, { tlsFingerprint: 'AB' }), { code: 'usage' });
});

test('remote mode without a URL and a URL of another kind are refused', () => {
  assert.throws(() => resolveClientTarget(loaded('{gateway: {mode: "remote"}}'), {}), {
    code: 'config/missing',
    message: 'cannot find the gateway: gateway remote mode misconfigured: gateway.remote.url missing',
  });
  assert.throws(() => resolveClientTarget(loaded('{}'), {}, { url: 'http://x' }), {
    code: 'usage',
    message: 'cannot connect to "http://x": the address must start with ws:// or wss://',
  });
});
