import { lineDiff, withContext } from './line-diff.ts';
import { Outside } from './outside-text.tsx';
import { ScrollText } from './scroll-text.tsx';

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
