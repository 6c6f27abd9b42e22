import { readTextIfPresent } from '../../state/index.ts';

/** One end of a service, as the shell in `ExecStopPost=` wrote it down. */
export type ServiceExit = {
  atMs: number;
  /** `$SERVICE_RESULT` of systemd.exec(5): `success`, `exit-code`, `signal`, `watchdog`, `timeout`, … */
  result: string;
  /** `exited` with a status, or `killed`/`dumped` by a signal name. */
  how: string;
  /** One phrase for people. */
  cause: string;
  /** systemd gave up after this one. */
  final: boolean;
};

/** Reads the crash recorder's file, oldest first; the newest `max` entries. Damaged lines are left out. */
export function readExitHistory(path: string, max: number): ServiceExit[] {
  const text = (readTextIfPresent(`${path}.1`) ?? '') + (readTextIfPresent(path) ?? '');
  return parseExits(text).slice(-max);
}

/** `SECONDS RESULT CODE STATUS INVOCATION` a line, and `SECONDS gave-up RESULT STATUS INVOCATION`. Pure. */
export function parseExits(text: string): ServiceExit[] {
  const exits: ServiceExit[] = [];
  for (const line of text.split('\n')) {
    const [seconds = '', result = '', code = '', status = ''] = line.trim().split(' ');
    if (!/^\d+$/.test(seconds) || result === '') continue;
    const last = exits.at(-1);
    if (result === 'gave-up') {
      if (last !== undefined) exits[exits.length - 1] = { ...last, final: true };
      continue;
    }
    const how = `${code || 'not started'} ${status}`.trim();
    exits.push({
      atMs: Number(seconds) * 1000,
      result,
      how,
      cause: explain(result, code, status),
      final: false,
    });
  }
  return exits;
}

/** Exit statuses of systemd itself, systemd.exec(5) "Process Exit Codes", and ours (ops-error.ts). */
export const MEANINGS: Readonly<Record<string, string>> = {
  '69': 'a dependency refuses for good',
  '75': 'asked to be tried again later',
  '78': 'retrying does not help: configuration, lock or port',
  '200': 'the working directory is missing',
  '203': 'the program of the unit is missing',
  '216': 'the group of the unit is missing',
  '217': 'the account of the unit is missing',
  '218': 'the capabilities of the unit are refused',
  '226': 'the sandbox could not be set up',
  '243': 'a credential of the unit is missing (LoadCredential=)',
};

function explain(result: string, code: string, status: string): string {
  switch (result) {
    case 'success':
      return 'stopped as told';
    case 'watchdog':
      return 'its main loop did not turn any more, systemd ended it';
    case 'timeout':
      return 'it did not start or stop in time';
    case 'oom-kill':
      return 'it ran out of memory';
    case 'start-limit-hit':
      return 'started too often';
    case 'exit-code':
      return `exit status ${status}${MEANINGS[status] === undefined ? '' : `: ${MEANINGS[status]}`}`;
    case 'signal':
    case 'core-dump':
      return `${code} by signal ${status}`;
    default:
      return `${result} (${code} ${status})`.trim();
  }
}
