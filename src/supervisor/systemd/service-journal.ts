import { spawn } from 'node:child_process';
import { OpsError } from '../../state/index.ts';
import { findTrustedHelper } from '../trusted-helper.ts';
import { call, type ServiceManager } from './manager.ts';

/** What to show of a unit's journal. */
export type JournalRange = { unit: string; sinceMs?: number | undefined; maxLines: number };

/**
 * The last lines a service left in the journal, oldest first, without the manager's own. Empty when there is no journal
 * or it may not be read: the log files under the state directory have the same lines.
 */
export async function readServiceJournal(manager: ServiceManager, range: JournalRange): Promise<string[]> {
  try {
    const { status, stdout } = await call('journalctl', [
      ...journalArguments(manager, range),
      '--output=cat',
    ]);
    return status === 0 ? stdout.split('\n').filter((line) => line !== '') : [];
  } catch {
    return [];
  }
}

/** The last lines that the processes of a unit wrote, without those of the manager. Empty as above. */
export async function readLastWords(
  { scope }: ServiceManager,
  unit: string,
  maxLines: number,
): Promise<string[]> {
  const match = `${scope === 'user' ? '_SYSTEMD_USER_UNIT' : '_SYSTEMD_UNIT'}=${unit}`;
  try {
    const { stdout } = await call('journalctl', [
      '--quiet',
      '--no-pager',
      '--boot',
      '--output=cat',
      `--lines=${maxLines}`,
      match,
    ]);
    return stdout.split('\n').filter((line) => line.trim() !== '');
  } catch {
    return [];
  }
}

/** Whether the journal can be read and has a line of the unit. */
export async function hasServiceJournal(manager: ServiceManager, unit: string): Promise<boolean> {
  return (await readServiceJournal(manager, { unit, maxLines: 1 })).length > 0;
}

/**
 * Shows the journal of a unit on this process's own streams; while following, until interrupted. journalctl makes
 * control characters harmless itself.
 * @throws `unit/systemctl` when it fails
 */
export async function followServiceJournal(
  manager: ServiceManager,
  range: JournalRange,
  show: { format: 'short-iso' | 'json'; isFollowing: boolean },
): Promise<void> {
  const program = findTrustedHelper('journalctl');
  if (program === undefined)
    throw new OpsError('unit/systemctl', 'cannot show the journal: journalctl is missing');
  const start = await startArguments(manager, range);
  const follow = show.isFollowing ? ['--follow'] : [];
  const form = [`--output=${show.format}`, '--no-hostname'];
  const child = spawn(program, [...start, ...form, ...follow], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    child.on('error', (cause) =>
      reject(new OpsError('unit/systemctl', 'cannot show the journal', { cause })),
    );
    child.on('close', (status, signal) => {
      if (status === 0 || signal !== null) resolve();
      else reject(new OpsError('unit/systemctl', `cannot show the journal: journalctl ended with ${status}`));
    });
  });
}

/**
 * Where to begin. journalctl 252 shows the first lines since a time when it is given a number, too; wanted are the last
 * ones, so the first of those is looked up.
 */
async function startArguments(manager: ServiceManager, range: JournalRange): Promise<string[]> {
  const { sinceMs, ...newest } = range;
  if (sinceMs === undefined) return journalArguments(manager, range);
  const fields = ['--output=json', '--output-fields=MESSAGE_ID'];
  const { stdout } = await call('journalctl', [...journalArguments(manager, newest), ...fields]);
  const first = /"__REALTIME_TIMESTAMP"\s*:\s*"(\d+)"/.exec(stdout)?.[1];
  const cursor = /"__CURSOR"\s*:\s*"([^"]+)"/.exec(stdout)?.[1];
  const isWithin = first !== undefined && cursor !== undefined && Number(first) / 1_000 > sinceMs;
  return [
    '--no-pager',
    '--quiet',
    unitMatch(manager, range.unit),
    isWithin ? `--cursor=${cursor}` : `--since=@${Math.floor(sinceMs / 1_000)}`,
  ];
}

function unitMatch({ scope }: ServiceManager, unit: string): string {
  return scope === 'user' ? `--user-unit=${unit}` : `--unit=${unit}`;
}

function journalArguments(manager: ServiceManager, range: JournalRange): string[] {
  const since = range.sinceMs === undefined ? [] : [`--since=@${Math.floor(range.sinceMs / 1000)}`];
  return ['--no-pager', '--quiet', unitMatch(manager, range.unit), `--lines=${range.maxLines}`, ...since];
}
