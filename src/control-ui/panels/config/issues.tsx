import type { ConfigFile } from '../../data/wire.ts';
import { Notice } from '../../parts/badge.tsx';
import { wireSentence } from '../../text/wire-sentence.ts';

/** What is wrong with the file, by key. */
export function Issues({ issues }: { issues: ConfigFile['issues'] }) {
  if (issues.length === 0) return null;
  return (
    <Notice tone="bad">
      <ul>
        {issues.map(({ path, message }) => (
          <li key={`${path} ${message}`}>
            <code>{path}</code> {wireSentence(message)}
          </li>
        ))}
      </ul>
    </Notice>
  );
}
