import { visibleSegments } from './visible-text.ts';

/** Text from nodes, commands, logs or peers: set as text, isolated in direction, with hidden characters drawn. */
export function Outside({ text, maxChars = 400 }: { text: string; maxChars?: number }) {
  const shown = text.length > maxChars ? `${text.slice(0, maxChars)}…` : text;
  return (
    <bdi>
      {visibleSegments(shown).map((segment, index) =>
        segment.kind === 'text' ? (
          segment.text
        ) : (
          <span key={index} class="hidden-character" title={segment.code}>
            {segment.code}
          </span>
        ),
      )}
    </bdi>
  );
}
