import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hashConfigText, validateConfigText } from './validate.ts';

test('fills in defaults and finds nothing to say about an empty config', () => {
  const { config, issues, unknownKeys, valid } = validateConfigText('{}');
  assert.equal(config.gateway.port, 18789);
  assert.equal(config.gateway.bind, 'loopback');
  assert.deepEqual(config.gateway.trustedProxies, []);
  assert.deepEqual({ issues, unknownKeys, valid }, { issues: [], unknownKeys: [], valid: true });
});

test('has nothing to say about a fresh config of the real program', () => {
  const fresh = `{
    "meta": {"lastTouchedVersion": "2026.1.24-3", "lastTouchedAt": "2026-01-25T00:00:00Z"},
    "wizard": {"lastRunAt": "2026-01-25T00:00:00Z", "lastRunVersion": "2026.1.24-3", "lastRunCommand": "onboard"},
    "agents": {"defaults": {"workspace": "/home/u/clawd", "maxConcurrent": 4}},
    "messages": {"ackReactionScope": "group-mentions"}, "commands": {"native": "auto", "restart": true},
    "gateway": {"port": 18789, "mode": "local", "bind": "loopback", "auth": {"mode": "token", "token": "${'a'.repeat(48)}"},
      "tailscale": {"mode": "off", "resetOnExit": false}},
    "skills": {"install": {"nodeManager": "npm"}}, "plugins": {"entries": {}}, "channels": {"telegram": {"enabled": true}}
  }`;
  const { issues, unknownKeys } = validateConfigText(fresh);
  assert.deepEqual(issues, []);
  assert.deepEqual(unknownKeys, []);
});

const values: { text: string; path: string; message: string; severity: 'error' | 'warning' }[] = [
  {
    text: '{gateway: {port: "x"}}',
    path: 'gateway.port',
    message: 'must be a whole number from 1 to 65535, not "x"',
    severity: 'error',
  },
  {
    text: '{gateway: {port: 70000}}',
    path: 'gateway.port',
    message: 'must be a whole number from 1 to 65535, not 70000',
    severity: 'error',
  },
  {
    text: '{gateway: {bind: "all"}}',
    path: 'gateway.bind',
    message: 'must be "loopback", "lan", "tailnet", "auto", "custom", not "all"',
    severity: 'error',
  },
  {
    text: '{gateway: {auth: {mode: true}}}',
    path: 'gateway.auth.mode',
    message: 'must be "token", "password", "none", not true',
    severity: 'error',
  },
  {
    text: '{gateway: {auth: {token: 12345678}}}',
    path: 'gateway.auth.token',
    message: 'must be a text, not a number',
    severity: 'warning',
  },
  {
    text: '{gateway: {auth: {token: " "}}}',
    path: 'gateway.auth.token',
    message: 'must not be blank',
    severity: 'warning',
  },
  { text: '{gateway: []}', path: 'gateway', message: 'must be an object, not a list', severity: 'error' },
  {
    text: '{gateway: {trustedProxies: ["10.0.0.1", "x"]}}',
    path: 'gateway.trustedProxies',
    message: '[1] must be an IP address',
    severity: 'warning',
  },
  {
    text: '{gateway: {controlUi: {enabled: "true"}}}',
    path: 'gateway.controlUi.enabled',
    message: 'must be true or false, not "true"',
    severity: 'warning',
  },
  {
    text: '{gateway: {remote: {url: "http://x"}}}',
    path: 'gateway.remote.url',
    message: 'must start with ws:// or wss://',
    severity: 'warning',
  },
  {
    text: '{gateway: {remote: {tlsFingerprint: "AB:CD"}}}',
    path: 'gateway.remote.tlsFingerprint',
    message: 'must be a SHA-256 fingerprint (64 hex digits)',
    severity: 'warning',
  },
  {
    text: '{logging: {level: "loud"}}',
    path: 'logging.level',
    message: 'must be "silent", "fatal", "error", "warn", "info", "debug", "trace", not "loud"',
    severity: 'warning',
  },
  { text: '[1]', path: '', message: 'must be an object, not a list', severity: 'error' },
  {
    text: '{logging: {file: "logs/x.log"}}',
    path: 'logging.file',
    message:
      'logging.file must be absolute or start with "~/": a relative path depends on where the service starts',
    severity: 'warning',
  },
  {
    text: '{gateway: {tailscale: {mode: "serve"}, bind: "lan"}}',
    path: 'gateway.tailscale.mode',
    message:
      'gateway.tailscale.mode "serve" needs gateway.bind "loopback" or "auto", not "lan"; to listen beyond loopback set gateway.tailscale.mode "off"',
    severity: 'error',
  },
  {
    text: '{gateway: {tailscale: {mode: "funnel"}, auth: {mode: "token"}}}',
    path: 'gateway.tailscale.mode',
    message:
      'gateway.tailscale.mode "funnel" is open to the internet and needs gateway.auth.mode "password", not "token"',
    severity: 'error',
  },
  {
    text: '{gateway: {bind: "lan", auth: {mode: "none"}}}',
    path: 'gateway.auth.mode',
    message:
      'gateway.auth.mode "none" needs gateway.bind "loopback", not "lan"; beyond loopback use "token" or "password"',
    severity: 'error',
  },
  {
    text: '{gateway: {bind: "custom"}}',
    path: 'gateway.bind',
    message: 'gateway.bind "custom" needs gateway.customBindHost, the address to listen on',
    severity: 'error',
  },
  {
    text: '{gateway: {tls: {enabled: true, certPath: "/c"}}}',
    path: 'gateway.tls.certPath',
    message: 'gateway.tls.certPath and gateway.tls.keyPath need each other: set both or none',
    severity: 'error',
  },
  {
    text: '{gateway: {tls: {enabled: true}, tailscale: {mode: "serve"}}}',
    path: 'gateway.tls.enabled',
    message:
      'gateway.tls.enabled with gateway.tailscale.mode "serve" would encrypt twice: Tailscale terminates TLS, set gateway.tls.enabled to false',
    severity: 'error',
  },
  {
    text: `{gateway: {remote: {url: "ws://h", tlsFingerprint: "${'a'.repeat(64)}"}}}`,
    path: 'gateway.remote.tlsFingerprint',
    message: 'gateway.remote.tlsFingerprint needs a wss:// gateway.remote.url',
    severity: 'error',
  },
];

for (const { text, path, message, severity } of values) {
  test(`reports ${text.slice(0, 70)} as ${severity}`, () => {
    const { issues, valid } = validateConfigText(text);
    assert.deepEqual(
      issues.map((issue) => [issue.path, issue.message, issue.severity]),
      [[path, message, severity]],
    );
    assert.equal(valid, severity === 'warning');
  });
}

test('a bad optional value does not touch its neighbours', () => {
  const { config } = validateConfigText('{gateway: {port: 19000, reload: {debounceMs: -1, mode: "hot"}}}');
  assert.equal(config.gateway.reload.debounceMs, 300);
  assert.equal(config.gateway.reload.mode, 'hot');
  assert.equal(config.gateway.port, 19000);
});

const unknown: { text: string; path: string; nearest?: string; note?: string }[] = [
  { text: '{gateway: {prot: 1}}', path: 'gateway.prot', nearest: 'gateway.port' },
  { text: '{gatway: {port: 1}}', path: 'gatway', nearest: 'gateway' },
  { text: '{gateway: {auht: {token: "x"}}}', path: 'gateway.auht', nearest: 'gateway.auth' },
  { text: '{gateway: {Port: 1}}', path: 'gateway.Port', nearest: 'gateway.port' },
  { text: '{loging: {}}', path: 'loging', nearest: 'logging' },
  { text: '{zebra: 1}', path: 'zebra' },
  {
    text: '{system: {execApprovals: {defaults: {}}}}',
    path: 'system.execApprovals',
    note: 'exec approvals live in exec-approvals.json, not in the config',
  },
  {
    text: '{execApprovals: {}}',
    path: 'execApprovals',
    note: 'exec approvals live in exec-approvals.json, not in the config',
  },
  {
    text: '{gateway: {token: "x"}}',
    path: 'gateway.token',
    note: 'retired; the setting is gateway.auth.token',
  },
  {
    text: '{bridge: {port: 1}}',
    path: 'bridge',
    note: 'the TCP bridge was removed; nodes connect to the gateway port',
  },
];

for (const { text, path, nearest, note } of unknown) {
  test(`knows what ${text} probably should be`, () => {
    const { unknownKeys, valid } = validateConfigText(text);
    assert.deepEqual(
      unknownKeys.map((key) => [key.path, key.nearest, key.note]),
      [[path, nearest, note]],
    );
    assert.equal(valid, true);
  });
}

test('the remedy for approvals in the config is the exact command', () => {
  const { unknownKeys } = validateConfigText('{system: {execApprovals: {}}}');
  assert.deepEqual(unknownKeys[0]?.remedies?.[0], { kind: 'run', command: ['clawdbot', 'approvals', 'get'] });
});

test('replaces ${NAME} in the parts we read, keeps it in the parsed value, and reports what is not set', () => {
  const text =
    '{gateway: {auth: {token: "${TOKEN}", password: "$${TOKEN}"}, remote: {sshTarget: "${NOBODY}"}}, agents: "${OTHER}"}';
  const { config, parsed, issues, valid } = validateConfigText(text, { env: { TOKEN: 'secret-1' } });
  assert.equal(config.gateway.auth.token, 'secret-1');
  assert.equal(config.gateway.auth.password, '${TOKEN}');
  assert.equal((parsed as { gateway: { auth: { token: string } } }).gateway.auth.token, '${TOKEN}');
  assert.deepEqual(issues, [
    {
      path: 'gateway.remote.sshTarget',
      message: 'the environment variable NOBODY is not set',
      severity: 'warning',
      kind: 'environment',
      line: 1,
      column: 71,
    },
  ]);
  assert.equal(valid, true);
});

test('never throws, and an unusable text gives the defaults and one syntax error', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      const { config } = validateConfigText(text);
      assert.equal(typeof config.gateway.port, 'number');
    }),
  );
  const { issues, config } = validateConfigText('{gateway: {port: 1');
  assert.equal(config.gateway.port, 18789);
  assert.equal(issues[0]?.kind, 'syntax');
  assert.equal(issues[0]?.line, 1);
});

test('the hash is the SHA-256 of the raw text', () => {
  assert.equal(hashConfigText(''), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});

/** Files as a record of texts. */
function withFiles(files: Record<string, string>): ReturnType<typeof validateConfigText> {
  const read = (path: string): string | undefined => files[path];
  return validateConfigText(files['/c/main.json'] ?? '', { includes: { file: '/c/main.json', read } });
}

test('included files are merged, later ones and own keys win', () => {
  const { config, parsed, issues, unknownKeys } = withFiles({
    '/c/main.json':
      '{$include: ["a.json5", "sub/b.json"], gateway: {port: 3, auth: {$include: "auth.json"}}}',
    '/c/a.json5': '{gateway: {port: 1, bind: "lan", trustedProxies: ["10.0.0.1"]}, agents: {x: 1}}',
    '/c/sub/b.json': '{"$include": "deep.json", "gateway": {"port": 2}}',
    '/c/sub/deep.json': '{"gateway": {"trustedProxies": ["10.0.0.2"]}}',
    '/c/auth.json': '{"token": "from-file"}',
  });
  const { port, bind, trustedProxies, auth } = config.gateway;
  assert.deepEqual([port, bind, trustedProxies, auth.token], [3, 'lan', ['10.0.0.2'], 'from-file']);
  assert.deepEqual([issues, unknownKeys], [[], []]);
  assert.equal(Object.hasOwn(parsed as object, '$include'), true);
});

const badIncludes: { files: Record<string, string>; message: RegExp }[] = [
  { files: { '/c/main.json': '{$include: "gone.json"}' }, message: /^there is no file \/c\/gone\.json$/ },
  { files: { '/c/main.json': '{$include: "main.json"}' }, message: /^\/c\/main\.json includes itself$/ },
  {
    files: { '/c/main.json': '{$include: "a"}', '/c/a': '{$include: "b"}', '/c/b': '{$include: "a"}' },
    message: /^\/c\/a includes itself$/,
  },
  { files: { '/c/main.json': '{$include: "a"}', '/c/a': '{x' }, message: /^\/c\/a: Unexpected .* at line 1/ },
  { files: { '/c/main.json': '{$include: 7}' }, message: /^must be a file name or a list of file names$/ },
];

for (const { files, message } of badIncludes) {
  test(`an include that cannot be followed is an error: ${message.source}`, () => {
    const { issues, valid } = withFiles(files);
    assert.equal(valid, false);
    assert.deepEqual(
      issues.map(({ path, kind }) => [path, kind]),
      [['$include', 'include']],
    );
    assert.match(issues[0]?.message ?? '', message);
  });
}

test('says in which line and column a bad value or an unknown key stands', () => {
  const { issues, unknownKeys } = validateConfigText(
    '{\n  gateway: {\n    port: 0,\n    "prot": 1,\n    trustedProxies: ["x"]\n  }\n}',
  );
  assert.deepEqual(
    issues.map(({ path, line, column }) => [path, line, column]),
    [
      ['gateway.port', 3, 5],
      ['gateway.trustedProxies', 5, 5],
    ],
  );
  assert.deepEqual([unknownKeys[0]?.line, unknownKeys[0]?.column], [4, 5]);
});
