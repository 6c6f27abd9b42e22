import type { ServiceManager } from './manager.ts';
import { call } from './manager.ts';

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

/** Arguments of `journalctl` for a unit, without an output format; for showing and for following. */
export function journalArguments(manager: ServiceManager, range: JournalRange): string[] {
  const unit = manager.scope === 'user' ? `--user-unit=${range.unit}` : `--unit=${range.unit}`;
  const since = range.sinceMs === undefined ? [] : [`--since=@${Math.floor(range.sinceMs / 1000)}`];
  return ['--no-pager', '--quiet', unit, `--lines=${range.maxLines}`, ...since];
}
