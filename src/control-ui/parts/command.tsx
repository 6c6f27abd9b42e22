import { useSignal } from '@preact/signals';
import { t } from '../text/translate.ts';
import { Icon } from './icon.tsx';
import { ScrollText } from './scroll-text.tsx';

/** A line to run in a terminal, with a button that copies it. */
export function Command({ text, isWrapped = false }: { text: string; isWrapped?: boolean }) {
  const isCopied = useSignal(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    isCopied.value = true;
  };
  return (
    <div class={isWrapped ? 'command wrap' : 'command'}>
      <ScrollText class="line" label={t('action.command')}>
        {text}
      </ScrollText>
      {/* Absent over plain http; then people select the text. */}
      {navigator.clipboard !== undefined && (
        <button
          type="button"
          class="icon-button"
          aria-label={isCopied.value ? t('action.copied') : t('action.copy')}
          onClick={() => void copy()}
        >
          <Icon name={isCopied.value ? 'ok' : 'copy'} />
        </button>
      )}
    </div>
  );
}
