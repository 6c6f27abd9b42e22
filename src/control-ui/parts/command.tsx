import { useSignal } from '@preact/signals';
import { t } from '../text/translate.ts';
import { Icon } from './icon.tsx';
import { ScrollText } from './scroll-text.tsx';

/** A line to run in a terminal, with a button that copies it. Wraps between words, so that no option is cut in two. */
export function Command({ text }: { text: string }) {
  const isCopied = useSignal(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    isCopied.value = true;
  };
  return (
    <div class="command">
      <ScrollText class="line" label={t('action.command')}>
        {text
          .split(/( +)/)
          .map((part, index) => (part.startsWith(' ') ? part : <span key={index}>{part}</span>))}
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
