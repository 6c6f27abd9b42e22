import { monotonicMs } from '../process-facts.ts';
import { call, type ServiceManager } from './manager.ts';
import type { Note } from './note.ts';
import { isWsl } from './wsl.ts';

/** SD_MESSAGE_USER_STARTUP_FINISHED of sd-messages.h: one entry per start of a user manager. */
const MANAGER_STARTED = 'eed00a68ffd84e31882105fd973abdd1';
/** 60 s: slewing by NTP stays far below. */
const CLOCK_JUMP_MS = 60_000;

/**
 * Which of the troubles of WSL are present for a service (field failure F-48): a user manager that Windows ended and
 * started again, a clock that jumped. Restarts of the manager are no crashes of the service and are not counted as such.
 */
export async function wslNotes(
  { scope, account }: ServiceManager,
  servingSince: { wallMs: number; monotonicMs: number } | undefined,
): Promise<Note[]> {
  return isWsl() ? wslTroubles({ scope, account }, servingSince) : [];
}

/** What {@link wslNotes} says, for a machine that is known to be WSL. */
export async function wslTroubles(
  { scope, account }: Pick<ServiceManager, 'scope' | 'account'>,
  servingSince: { wallMs: number; monotonicMs: number } | undefined,
): Promise<Note[]> {
  const notes: Note[] = [];
  const starts = scope === 'user' ? await managerStarts() : 0;
  if (starts > 1) {
    notes.push({
      id: 'unit/wsl',
      text: `the user manager of ${account.name} was started ${starts} times since this WSL machine started: Windows ends it with the last window; vmIdleTimeout=-1 under [wsl2] in .wslconfig of Windows, and lingering, keep it`,
      commands: [],
    });
  }
  const jumpMs =
    servingSince === undefined
      ? 0
      : clockJump(servingSince, { wallMs: Date.now(), monotonicMs: monotonicMs() });
  if (Math.abs(jumpMs) > CLOCK_JUMP_MS) {
    notes.push({
      id: 'unit/wsl',
      text: `the clock has moved by ${Math.round(jumpMs / 1_000)} s against the time that passed since the gateway serves: Windows was suspended, or set it; certificates and signatures depend on it`,
      commands: [['sudo', 'hwclock', '--hctosys']],
    });
  }
  return notes;
}

/** How far the wall clock has moved beyond the time that passed. Pure. */
export function clockJump(
  since: { wallMs: number; monotonicMs: number },
  now: { wallMs: number; monotonicMs: number },
): number {
  return now.wallMs - since.wallMs - (now.monotonicMs - since.monotonicMs);
}

async function managerStarts(): Promise<number> {
  try {
    const args = [
      '--user',
      '--boot',
      '--quiet',
      '--no-pager',
      '--output=cat',
      `MESSAGE_ID=${MANAGER_STARTED}`,
    ];
    const { stdout } = await call('journalctl', args);
    return stdout.split('\n').filter((line) => line !== '').length;
  } catch {
    return 0; // no journal, no count
  }
}
