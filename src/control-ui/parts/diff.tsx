import { t } from '../text/translate.ts';
import { lineDiff, withContext } from './line-diff.ts';
import { Outside } from './outside-text.tsx';
import { ScrollText } from './scroll-text.tsx';
import { EVERY_LINE, writtenOut } from './visible-text.ts';

const SIGNS = { same: ' ', removed: '−', added: '+' } as const;

/** What changes, line by line, with a sign beside the colour. */
export function Diff({ before, after, label }: { before: string; after: string; label: string }) {
  return (
    <figure class="diff">
      <figcaption class="note">{label}</figcaption>
      <ScrollText class="output" label={label}>
        {withContext(lineDiff(before, after)).map((line, index) => (
          <span key={index} class={`diff-line ${line?.kind ?? 'gap'}`}>
            {line === undefined ? '⋯' : `${SIGNS[line.kind]} `}
            {line !== undefined && <Outside text={line.text} maxChars={2_000} />}
            {'\n'}
          </span>
        ))}
      </ScrollText>
    </figure>
  );
}

/** Both versions in full, side by side where there is room. */
export function Versions({ theirs, mine }: { theirs: string; mine: string }) {
  return (
    <details>
      <summary>{t('conflict.both')}</summary>
      <div class="versions">
        <figure>
          <figcaption class="note">{t('conflict.theirVersion')}</figcaption>
          <ScrollText class="output" label={t('conflict.theirVersion')}>
            {writtenOut(theirs, EVERY_LINE)}
          </ScrollText>
        </figure>
        <figure>
          <figcaption class="note">{t('conflict.myVersion')}</figcaption>
          <ScrollText class="output" label={t('conflict.myVersion')}>
            {writtenOut(mine, EVERY_LINE)}
          </ScrollText>
        </figure>
      </div>
    </details>
  );
}
