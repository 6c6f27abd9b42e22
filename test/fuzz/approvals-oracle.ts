import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PATIENCE_MS } from '../patience.ts';
import { MARKERS } from './approvals-generator.ts';

/** What a shell did with one text: every marker it ran, with its arguments, sorted. Undefined when it ran too long. */
export type Observation = readonly string[] | undefined;

const FIELD = '\u0001';
/** A shell that has run this many markers is in a loop and ends itself. */
const LOOP = 60;
const RECORD = '\u0002';

/**
 * Runs texts in a real shell and reports which markers ran. Markers are functions that write one record to
 * descriptor 9; the search path is an empty directory, so nothing else can start. Network, processes and mounts are
 * the sandbox's own, the account is nobody, the directory is private.
 */
export function observe(shell: '/bin/dash' | '/bin/bash', texts: readonly string[]): Observation[] {
  const directory = fs.mkdtempSync(join(tmpdir(), 'approvals-oracle-'));
  try {
    fs.chmodSync(directory, 0o755);
    fs.mkdirSync(join(directory, 'cwd'), { mode: 0o777 });
    fs.chmodSync(join(directory, 'cwd'), 0o777);
    fs.mkdirSync(join(directory, 'empty'));
    const script = join(directory, 'driver.sh');
    fs.writeFileSync(script, driver(texts, join(directory, 'empty')));
    const run = spawnSync(
      'unshare',
      [
        '--net',
        '--pid',
        '--fork',
        '--mount',
        '--kill-child',
        'setpriv',
        '--reuid',
        '65534',
        '--regid',
        '65534',
        '--clear-groups',
        shell,
        script,
      ],
      {
        cwd: join(directory, 'cwd'),
        env: {
          PATH: process.env.PATH ?? '/usr/bin:/bin:/usr/sbin:/sbin',
          HOME: '/home/h',
          LC_ALL: 'C.UTF-8',
        },
        encoding: 'utf8',
        maxBuffer: 256 * 1024 * 1024,
        timeout: PATIENCE_MS,
        killSignal: 'SIGKILL',
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    if (run.error !== undefined || run.status !== 0) {
      throw new Error(
        `cannot run the oracle: ${run.error?.message ?? ''} ${run.status} ${run.stderr.slice(0, 500)}`,
      );
    }
    return sortRecords(run.stdout, texts.length);
  } finally {
    fs.rmSync(directory, { recursive: true, force: true });
  }
}

/** Records carry the number of their text, because a background job may be late. */
function sortRecords(output: string, count: number): Observation[] {
  const byText = Array.from({ length: count }, (): string[] => []);
  for (const record of output.split(RECORD).slice(0, -1)) {
    const [number = '', ...rest] = record.split(FIELD);
    byText[Number(number)]?.push(rest.join(FIELD));
  }
  return byText.map((records) => (records.length >= LOOP ? undefined : records.sort()));
}

function driver(texts: readonly string[], empty: string): string {
  const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  // bash writes at every line end; an argument with one would let records of a pipeline run into each other.
  const markers = MARKERS.map(
    (name, index) =>
      `${name}() { _c=$((_c+1)); if [ $_c -gt ${LOOP} ]; then exit 9; fi; _l="$_n${FIELD}${name}${FIELD}"; for _a in "$@"; do case $_a in *'\n'*) _a=LINES;; esac; _l="$_l$_a${FIELD}"; done; printf '%s${RECORD}' "$_l" >&9; return ${index % 2}; }`,
  );
  return [
    `PATH=${quote(empty)}; export PATH; exec 9>&1`,
    ...markers,
    // Each text gets a shell of its own, a second of processor time and no way out but descriptor 9.
    ...texts.map(
      (text, index) =>
        `( _n=${index}; _c=0; ulimit -t 1; eval ${quote(text)} ) </dev/null >/dev/null 2>/dev/null`,
    ),
    '/bin/sleep 0.2', // for background jobs; the sandbox ends with this process
    'exit 0\n',
  ].join('\n');
}

/** The name of the marker in a record. */
export function markerName(record: string): string {
  return record.slice(0, record.indexOf(FIELD));
}
