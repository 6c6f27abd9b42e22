import type { ConfigFile } from '../../data/wire.ts';
import { Notice } from '../../parts/badge.tsx';

/** What is wrong with the file, by key. */
export function Issues({ issues }: { issues: ConfigFile['issues'] }) {
  if (issues.length === 0) return null;
  return (
    <Notice tone="bad">
      <ul>
        {issues.map(({ path, message }) => (
          <li key={`${path} ${message}`}>
            <code>{path}</code> {message}
          </li>
        ))}
      </ul>
    </Notice>
  );
}
