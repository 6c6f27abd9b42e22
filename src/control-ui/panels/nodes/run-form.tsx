import type { Signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { useApp } from '../../app.ts';
import { startRun } from '../../data/runs.ts';
import type { Node } from '../../data/wire.ts';
import { Icon } from '../../parts/icon.tsx';
import { t } from '../../text/translate.ts';

/** A line of shell for one node; Enter runs it. */
export function RunForm({ node, name, text }: { node: Node; name: string; text: Signal<string> }) {
  const { link } = useApp();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const submit = (event: Event) => {
    event.preventDefault();
    if (text.value.trim() === '') return;
    startRun(link, node.nodeId, text.value);
    text.value = '';
  };
  return (
    <form class="row" onSubmit={submit}>
      <input
        ref={input}
        class="input mono grow"
        aria-label={t('run.commandFor', { name })}
        placeholder={t('run.placeholder')}
        autoComplete="off"
        spellcheck={false}
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value;
        }}
      />
      <button type="submit" class="button primary">
        <Icon name="play" />
        {t('run.submit')}
      </button>
    </form>
  );
}
