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
export function followServiceJournal(
  manager: ServiceManager,
  range: JournalRange,
  show: { format: 'short-iso' | 'json'; isFollowing: boolean },
): Promise<void> {
  const program = findTrustedHelper('journalctl');
  if (program === undefined)
    throw new OpsError('unit/systemctl', 'cannot show the journal: journalctl is missing');
  const follow = show.isFollowing ? ['--follow'] : [];
  const form = [`--output=${show.format}`, '--no-hostname'];
  const child = spawn(program, [...journalArguments(manager, range), ...form, ...follow], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.on('error', (cause) =>
      reject(new OpsError('unit/systemctl', 'cannot show the journal', { cause })),
    );
    child.on('close', (status, signal) => {
      if (status === 0 || signal !== null) resolve();
      else reject(new OpsError('unit/systemctl', `cannot show the journal: journalctl ended with ${status}`));
    });
  });
}

function journalArguments(manager: ServiceManager, range: JournalRange): string[] {
  const unit = manager.scope === 'user' ? `--user-unit=${range.unit}` : `--unit=${range.unit}`;
  const since = range.sinceMs === undefined ? [] : [`--since=@${Math.floor(range.sinceMs / 1000)}`];
  return ['--no-pager', '--quiet', unit, `--lines=${range.maxLines}`, ...since];
}
