import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { PassThrough } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { temporaryPath } from '../../../test/state/temporary-path.ts';
import { escapeControls } from './console-line.ts';
import { type LoggerOptions, type OpenLogger, openLogger } from './logger.ts';
import { parseLogLine } from './parse-line.ts';
import { createRedactor } from './redact.ts';

async function freshLogger(t: TestContext, options: Partial<LoggerOptions> = {}): Promise<OpenLogger> {
  const logger = await openLogger({
    file: temporaryPath(t, 'logs/gateway.log'),
    subsystem: 'gateway',
    ...options,
  });
  t.after(() => logger.close());
  return logger;
}

function written(logger: OpenLogger): string {
  return fs.existsSync(logger.file) ? fs.readFileSync(logger.file, 'utf8') : '';
}

test('a line has what the log readers of the real program look at', async (t) => {
  const logger = await freshLogger(t, { now: () => 1_769_000_000_000 });
  logger.child('gateway/ws').warn('handshake refused', { reason: 'pairing required' });
  assert.deepEqual(JSON.parse(written(logger)), {
    level: 'warn',
    time: '2026-01-21T12:53:20.000Z',
    0: '{"subsystem":"gateway/ws"}',
    1: 'handshake refused',
    _meta: { logLevelId: 40, logLevelName: 'WARN' },
    reason: 'pairing required',
  });
  assert.deepEqual(parseLogLine(written(logger).trim()), {
    time: '2026-01-21T12:53:20.000Z',
    level: 'warn',
    subsystem: 'gateway/ws',
    message: 'handshake refused',
    why: 'pairing required',
  });
});

test('levels hold for children made before the change', async (t) => {
  const logger = await freshLogger(t);
  const child = logger.child('x');
  child.debug('one');
  logger.setLevel('debug');
  child.debug('two');
  logger.setLevel('silent');
  child.fatal('three');
  assert.deepEqual(
    written(logger)
      .trim()
      .split('\n')
      .map((line) => parseLogLine(line)?.message),
    ['two'],
  );
});

test('repeated lines are held back and told with their number, also when two take turns', async (t) => {
  let now = 0;
  const logger = await freshLogger(t, { now: () => now });
  for (let n = 0; n < 100; n += 1) {
    logger.warn('node n1 refused');
    logger.warn('retrying');
  }
  logger.info('other');
  assert.equal(written(logger).trim().split('\n').length, 3);
  now = 11_000;
  logger.info('later');
  const messages = written(logger)
    .trim()
    .split('\n')
    .map((line) => parseLogLine(line)?.message);
  assert.deepEqual(messages, [
    'node n1 refused',
    'retrying',
    'other',
    'node n1 refused (repeated 99 times)',
    'retrying (repeated 99 times)',
    'later',
  ]);
});

test('an error is kept with its stack', async (t) => {
  const logger = await freshLogger(t);
  logger.error('boom', { err: new Error('inner', { cause: new Error('root') }) });
  assert.match(JSON.parse(written(logger)).err.stack, /Error: inner[\s\S]*root/);
});

const SECRET = 'hunter2-hunter2"\\/ü';
const leaks: { name: string; log: (logger: OpenLogger) => void; secret: string }[] = [
  { name: 'a known value in a message', secret: SECRET, log: (l) => l.info(`got ${SECRET} here`) },
  {
    name: 'a known value in a URL',
    secret: encodeURIComponent(SECRET),
    log: (l) => l.info(`GET /?x=${encodeURIComponent(SECRET)}`),
  },
  { name: 'a known value deep in fields', secret: SECRET, log: (l) => l.info('x', { a: { b: [SECRET] } }) },
  {
    name: 'a field named token',
    secret: 'abcdef0123',
    log: (l) => l.info('x', { deviceToken: 'abcdef0123' }),
  },
  {
    name: 'a password with a quote and a backslash',
    secret: 'pa\\\\\\"ss',
    log: (l) => l.info('x', { password: 'pa\\"ss' }),
  },
  {
    name: 'a token in JSON inside text',
    secret: 'abcdef0123',
    log: (l) => l.info(`frame ${JSON.stringify({ auth: { token: 'abcdef0123' } })}`),
  },
  {
    name: 'a token in JSON inside JSON',
    secret: 'abcdef0123',
    log: (l) => l.info('x', { paramsJSON: JSON.stringify({ p: JSON.stringify({ token: 'abcdef0123' }) }) }),
  },
  {
    name: 'a token in a dashboard address',
    secret: 'abcdef0123',
    log: (l) => l.info('open http://127.0.0.1:18789/?token=abcdef0123&x=1'),
  },
  {
    name: 'a token as util.inspect shows it',
    secret: 'abcdef0123',
    log: (l) => l.info("auth { deviceToken: 'abcdef0123', role: 'node' }"),
  },
  {
    name: 'a variable',
    secret: 'abcdef0123',
    log: (l) => l.info('env CLAWDBOT_GATEWAY_TOKEN=abcdef0123 set'),
  },
  { name: 'an option', secret: 'abcdef0123', log: (l) => l.info('argv gateway --token abcdef0123 --port 1') },
  { name: 'a bearer header', secret: 'abcdef0123', log: (l) => l.info('Authorization: Bearer abcdef0123') },
  { name: 'a password in a URL', secret: 'abcdef0123', log: (l) => l.info('wss://user:abcdef0123@host/') },
  {
    name: 'a private key',
    secret: 'MC4CAQAwBQYD',
    log: (l) => l.info('-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYD\n-----END PRIVATE KEY-----'),
  },
  {
    name: 'an error text',
    secret: 'abcdef0123',
    log: (l) => l.error('x', { err: new Error('bad token=abcdef0123') }),
  },
];

for (const { name, log, secret } of leaks) {
  test(`hides ${name}, in the file and on the console`, async (t) => {
    const console = new PassThrough();
    const logger = await freshLogger(t, { secrets: [SECRET], console: { stream: console, level: 'info' } });
    log(logger);
    logger.close();
    const shown = String(console.read());
    const jsonText = JSON.stringify(secret).slice(1, -1);
    for (const text of [written(logger), shown]) {
      assert.equal(text.includes(secret) || text.includes(jsonText), false, text);
    }
    assert.match(written(logger), /\[secret \d+\]/);
    for (const line of written(logger).trim().split('\n')) assert.doesNotThrow(() => JSON.parse(line), line);
  });
}

test('a hostile text of 400 kB is redacted without a hang', () => {
  const redactor = createRedactor();
  const pieces = [
    '\\',
    '"',
    'a.',
    'token',
    '"token"',
    'token ',
    '://',
    'a://b:',
    'Bearer ',
    '-----BEGIN ',
    '"token":"\\',
    ' ',
    "token:'",
  ];
  for (const piece of pieces) {
    const text = piece.repeat(400_000 / piece.length);
    assert.equal(typeof redactor.redact(text), 'string');
    assert.equal(typeof redactor.redact(`"token":"${text}`), 'string');
  }
});

test('harmless words around tokens stay readable', async (t) => {
  const logger = await freshLogger(t);
  logger.info('unauthorized: gateway token mismatch (provide gateway auth token)', {
    tokens: 3,
    tokenCount: 12,
  });
  assert.match(written(logger), /gateway token mismatch \(provide gateway auth token\)/);
  assert.match(written(logger), /"tokens":3,"tokenCount":12/);
});

test('people read why beside what, once and without secrets; the file has both apart', async (t) => {
  const console = new PassThrough();
  const logger = await freshLogger(t, { secrets: [SECRET], console: { stream: console, level: 'info' } });
  logger.error('method failed', { error: `no file ${SECRET}`, connection: 'c1' });
  logger.warn('not sent: closed', { reason: 'closed' });
  logger.warn('not valid', { problems: ['a: wrong', 'b: missing'] });
  assert.deepEqual(
    String(console.read())
      .trim()
      .split('\n')
      .map((line) => line.replace(/^\S+ /, '').replace(/no file .*/, 'no file (masked)')),
    [
      '[gateway] method failed: no file (masked)',
      '[gateway] not sent: closed',
      '[gateway] not valid: a: wrong; b: missing',
    ],
  );
  assert.doesNotMatch(written(logger), new RegExp(SECRET));
});

test('the console is quiet after EPIPE and the file goes on', async (t) => {
  const console = new PassThrough();
  const logger = await freshLogger(t, { console: { stream: console, level: 'info' } });
  console.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
  logger.info('still here');
  assert.match(written(logger), /still here/);
});

test('control characters cannot steer the terminal', () => {
  assert.equal(
    escapeControls('a\u001b[31m\r\n\u202eb\u200b\u{e0041}é'),
    'a\\u001b[31m\\u000d\\n\\u202eb\\u200b\\u{e0041}é',
  );
});

test('a log that cannot be written says so once and never throws', async (t) => {
  const console = new PassThrough();
  const blocker = temporaryPath(t, 'file');
  fs.writeFileSync(blocker, '');
  const logger = await freshLogger(t, {
    file: `${blocker}/logs/x.log`,
    console: { stream: console, level: 'error' },
  });
  logger.info('one');
  logger.info('two');
  const lines = String(console.read()).trim().split('\n');
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? '', /\[log\] cannot write the log file .*; going on without it/);
});

test('lines of the real program and broken ones are read as far as they can be', () => {
  const real =
    '{"0":"{\\"subsystem\\":\\"gateway\\"}","1":"listening on ws://127.0.0.1:18789","_meta":{"logLevelName":"INFO","date":"2026-01-25T00:00:00.000Z"},"time":"2026-01-25T00:00:00.001Z"}';
  assert.deepEqual(parseLogLine(real), {
    time: '2026-01-25T00:00:00.001Z',
    level: 'info',
    subsystem: 'gateway',
    message: 'listening on ws://127.0.0.1:18789',
  });
  assert.deepEqual(parseLogLine('{"0":"plain","1":{"a":1},"_meta":{"logLevelName":"WARN"}}'), {
    level: 'warn',
    message: 'plain {"a":1}',
  });
  for (const text of ['', 'plain', '{"cut', '[1]']) assert.equal(parseLogLine(text), undefined);
});
