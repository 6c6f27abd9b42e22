import { useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { useApp } from '../app.ts';
import { Dialog } from '../parts/dialog.tsx';
import { t } from '../text/translate.ts';
import { matchingEntries, type PaletteEntry, paletteEntries } from './palette-entries.ts';

/** Do anything by typing a part of its name. */
export function Palette({ onClose }: { onClose: () => void }) {
  const app = useApp();
  const query = useSignal('');
  const at = useSignal(0);
  const input = useRef<HTMLInputElement>(null);
  // Runs after the dialog opened (children first), before anything is painted, so that no typed letter is lost.
  useLayoutEffect(() => input.current?.focus(), []);
  const found = matchingEntries(paletteEntries(app), query.value);
  const current = found[Math.min(at.value, found.length - 1)];
  const run = (entry: PaletteEntry | undefined) => {
    if (entry === undefined) return;
    onClose();
    entry.run();
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter') run(current);
    else if (event.key === 'ArrowDown') at.value = Math.min(at.value + 1, found.length - 1);
    else if (event.key === 'ArrowUp') at.value = Math.max(at.value - 1, 0);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title={t('palette.title')} onClose={onClose}>
      <input
        ref={input}
        class="input"
        role="combobox"
        aria-label={t('palette.placeholder')}
        placeholder={t('palette.placeholder')}
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={current === undefined ? undefined : `palette-${current.id}`}
        value={query.value}
        onInput={(event) => {
          query.value = event.currentTarget.value;
          at.value = 0;
        }}
        onKeyDown={onKey}
      />
      <div id="palette-list" class="palette-list" role="listbox" aria-label={t('palette.title')}>
        {found.map((entry) => (
          // biome-ignore lint/a11y/useFocusableInteractive: the input keeps the focus and names the active option
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled by the input
          <div
            key={entry.id}
            id={`palette-${entry.id}`}
            role="option"
            aria-selected={entry === current}
            onClick={() => run(entry)}
          >
            {entry.label}
          </div>
        ))}
        {found.length === 0 && <p class="note">{t('palette.nothing')}</p>}
      </div>
    </Dialog>
  );
}
