import type { Remedy } from '../../data/doctor-wire.ts';
import { wireSentence } from '../../text/wire-sentence.ts';
import { Command } from '../command.tsx';
import { Outside } from '../outside-text.tsx';
import { shellLine } from './shell-line.ts';

/** What to do about a finding: lines to run, sentences to follow. */
export function Remedies({ remedies }: { remedies: readonly Remedy[] }) {
  return (
    <ul class="remedies">
      {remedies.map((remedy, index) => (
        <li key={index}>
          {remedy.kind === 'run' ? (
            <Command text={shellLine(remedy.command)} />
          ) : (
            <p>
              <Outside text={wireSentence(remedy.text)} maxChars={2_000} />
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}
