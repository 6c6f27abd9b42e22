import type { ExplainedProgram } from '../../data/explain.ts';
import { Badge } from '../../parts/badge.tsx';
import { shellLine } from '../../parts/doctor/shell-line.ts';
import { Outside } from '../../parts/outside-text.tsx';
import { t } from '../../text/translate.ts';
import { reasonSentence } from '../../text/wire-sentence.ts';

/** Every program a command starts: its real file, and whether a rule covers it. */
export function Programs({ programs }: { programs: readonly ExplainedProgram[] }) {
  return (
    <ul class="programs">
      {programs.map(({ words, path, covered, why }, index) => (
        <li key={index}>
          <Badge tone={covered ? 'good' : path === undefined ? 'bad' : 'warn'}>
            {covered ? t('programs.covered') : t('programs.notCovered')}
          </Badge>
          <span class="grow">
            <code>
              <Outside text={path ?? t('programs.notFound', { name: words[0] ?? '' })} />
            </code>
            {words.length > 1 && (
              <code class="muted">
                {' '}
                <Outside text={shellLine(words.slice(1))} />
              </code>
            )}
            <span class="muted small">
              <Outside text={reasonSentence(why)} />
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
}
