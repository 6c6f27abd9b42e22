import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DecisionCase, decideCase, parseCase } from '../../src/approvals/decide-case.ts';
import type { ExecDecision } from '../../src/approvals/decision.ts';
import { type FileFacts, realFileFacts } from '../../src/approvals/file-facts.ts';
import { absoluteDirectories, type HostFacts } from '../../src/approvals/host-facts.ts';
import { verifyPlan } from '../../src/approvals/start-plan.ts';

/** A line of the corpus: the case itself and what the judge needs. */
export type CorpusCase = DecisionCase & {
  id: string;
  class: string;
  level: 'must' | 'should';
  expect: 'allow' | 'ask' | 'deny';
  request: { command?: unknown; rawCommand?: unknown };
  setup?: string;
  between?: string;
  needs?: readonly string[];
  platform?: string;
  host?: { PATH?: string; HOME?: string };
  prompt?: { requireText: readonly string[]; forbidRaw: readonly string[] };
};

export function readCorpus(): CorpusCase[] {
  const text = fs.readFileSync(new URL('exec-corpus.jsonl', import.meta.url), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const value: unknown = JSON.parse(line);
      if (parseCase(value) === undefined) throw new Error(`cannot read the case ${line.slice(0, 80)}`);
      return value as CorpusCase; // parseCase has checked what decides; the rest is our own data file
    });
}

/** Runs the preparation of a case in a fresh directory and decides on its request. */
export function runCase(given: CorpusCase): ExecDecision {
  const prepared = prepareCase(given);
  try {
    return prepared.decide();
  } finally {
    prepared.remove();
  }
}

/** A case whose directory exists until `remove` is called. */
export type PreparedCase = {
  directory: string;
  request: RunnableRequest;
  decide(): ExecDecision;
  remove(): void;
};

/** The request of a case that is well formed. */
export type RunnableRequest = {
  command?: readonly string[];
  rawCommand?: string;
  cwd?: string;
  env?: Record<string, string>;
};

export function prepareCase(given: CorpusCase): PreparedCase {
  const directory = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'exec-case-')));
  fs.chmodSync(directory, 0o755);
  // The text of a case is JSON and a temporary path needs no escaping in it.
  const own = JSON.parse(JSON.stringify(given).replaceAll('{T}', directory)) as CorpusCase; // same shape as `given`
  const host = caseHost(own, directory);
  fs.mkdirSync(host.home, { recursive: true });
  if (own.platform !== 'win32' && own.setup !== undefined) shell(own.setup, directory);
  const { between } = own;
  const missing = (own.needs ?? []).filter((path) => !fs.existsSync(path));
  return {
    directory,
    request: own.request as RunnableRequest, // callers only run what was allowed, which is well formed
    decide: () =>
      decideCase(own, {
        files: withPrograms(missing),
        host,
        // A program that is only pretended to be here cannot be opened for the last comparison.
        verify: missing.length > 0 ? () => ({ kind: 'same' }) : verifyPlan,
        between: between === undefined ? undefined : () => shell(between, directory),
      }),
    remove: () => fs.rmSync(directory, { recursive: true, force: true }),
  };
}

function caseHost(own: CorpusCase, directory: string): HostFacts {
  const home = own.host?.HOME ?? join(directory, 'home');
  const searchPath = absoluteDirectories(own.host?.PATH ?? '/usr/bin:/bin');
  return {
    platform: own.platform ?? 'linux',
    uid: process.getuid?.() ?? -1,
    gid: process.getgid?.() ?? -1,
    home,
    searchPath,
    cwd: directory,
    shell: '/bin/sh',
    environment: { HOME: home, PATH: searchPath.join(':') },
  };
}

/** The real file system, with programs that are not installed here put in their places. */
function withPrograms(paths: readonly string[]): FileFacts {
  if (paths.length === 0) return realFileFacts;
  const missing = new Set(paths);
  const fake = Buffer.from('\x7fELF not really installed here');
  return {
    ...realFileFacts,
    look(path) {
      if (!missing.has(path)) return realFileFacts.look(path);
      const time = '1700000000000000000';
      return {
        kind: 'file',
        dev: '1',
        ino: '999999999',
        uid: 0,
        gid: 0,
        mode: 0o755,
        size: fake.length,
        mtimeNs: time,
        ctimeNs: time,
      };
    },
    read: (path, options) => (missing.has(path) ? fake : realFileFacts.read(path, options)),
  };
}

function shell(line: string, cwd: string): void {
  execFileSync('/bin/sh', ['-c', line], {
    cwd,
    stdio: 'ignore',
    env: { PATH: '/usr/bin:/bin', HOME: join(cwd, 'home'), LC_ALL: 'C.UTF-8', GIT_CONFIG_NOSYSTEM: '1' },
  });
}
