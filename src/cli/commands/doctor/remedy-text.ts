import type { Remedy } from '../../../state/index.ts';
import { escapeText } from '../../output/escape-text.ts';
import { shellText } from '../../output/shell-text.ts';

/** A remedy as somebody types it here: `clawdbot` becomes the way this program was started. */
export function remedyText(remedy: Remedy, self: string): string {
  if (remedy.kind === 'read') return escapeText(remedy.text);
  const [program, ...rest] = remedy.command;
  return escapeText(program === 'clawdbot' ? `${self} ${shellText(rest)}` : shellText(remedy.command));
}
