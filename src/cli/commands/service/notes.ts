import type { Note } from '../../../supervisor/systemd/index.ts';
import type { Cli } from '../../cli.ts';
import { escapeLines } from '../../output/escape-text.ts';
import { shellText } from '../../output/shell-text.ts';

/** Remarks with the commands that put them right. */
export function printNotes(cli: Cli, notes: readonly Note[]): void {
  for (const { id, text, commands } of notes) {
    cli.out.line(`${cli.out.paint('yellow', 'note')} ${id}: ${escapeLines(text)}`);
    for (const command of commands) cli.out.line(`  ${shellText(command)}`);
  }
}
