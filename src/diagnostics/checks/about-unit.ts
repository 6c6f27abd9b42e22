import { command } from '../engine/check.ts';
import type { UnitView } from '../facts/units.ts';

/** What every finding about a unit names. */
export function brief({ unit, path, scope, isOurs, product, kind, dropIns }: UnitView) {
  return { unit, path, scope, isOurs, product, kind, dropIns };
}

/** How the last process of a unit ended, in words; null while one runs. */
export function lastEndOf({ loaded }: UnitView): string | null {
  const end = loaded?.lastEnd;
  if (end === undefined) return null;
  return 'status' in end ? `exit status ${end.status}` : `signal ${end.signal}`;
}

/** `systemctl` for the scope of a unit. */
export function systemctl(scope: 'user' | 'system', ...words: readonly string[]) {
  return scope === 'user' ? command('systemctl', '--user', ...words) : command('sudo', 'systemctl', ...words);
}

/** The journal of a unit. */
export function journal(scope: 'user' | 'system', unit: string) {
  return command('journalctl', scope === 'user' ? `--user-unit=${unit}` : `--unit=${unit}`, '--lines=50');
}

/** A step that changes lines of a unit without touching the file: a drop-in that is read last. */
export function dropIn(
  { path, scope }: Pick<UnitView, 'path' | 'scope'>,
  what: string,
  lines: readonly string[],
) {
  return {
    kind: 'drop-in',
    scope,
    path: `${path}.d/zz-clawdbot-doctor-${what}.conf`,
    text: `# Written by clawdbot doctor; clawdbot doctor --undo takes it back.\n${lines.join('\n')}\n`,
  } as const;
}
