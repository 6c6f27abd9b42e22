import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { reasonText } from '../text/reason.ts';
import { Notice } from './badge.tsx';

type ActionProps = {
  run: () => Promise<void>;
  children: ComponentChildren;
  tone?: 'primary' | 'plain' | 'danger';
  label?: string;
  disabled?: boolean;
};

/** A button whose work is seen: busy while it runs, the reason beside it when it was refused. */
export function ActionButton({ run, children, tone = 'plain', label, disabled = false }: ActionProps) {
  const isBusy = useSignal(false);
  const refusal = useSignal<string | undefined>(undefined);
  const press = async () => {
    if (isBusy.value) return;
    isBusy.value = true;
    refusal.value = undefined;
    try {
      await run();
    } catch (thrown) {
      refusal.value = reasonText(thrown);
    } finally {
      isBusy.value = false;
    }
  };
  return (
    <>
      <button
        type="button"
        class={`button ${tone}`}
        aria-busy={isBusy.value}
        aria-label={label}
        disabled={disabled || isBusy.value}
        onClick={() => void press()}
      >
        {children}
      </button>
      {refusal.value !== undefined && <Notice tone="bad">{refusal.value}</Notice>}
    </>
  );
}
