import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { reasonText } from '../text/reason.ts';
import { Notice } from './badge.tsx';

type ActionProps = {
  run: () => Promise<void>;
  children: ComponentChildren;
  tone?: 'primary' | 'plain' | 'danger';
  /** `submit`: Enter in a field of its form presses it; the form itself does nothing. */
  type?: 'button' | 'submit';
  label?: string;
  disabled?: boolean;
};

/** A button whose work is seen: busy while it runs, the reason beside it when it was refused. */
export function ActionButton(props: ActionProps) {
  const { run, children, tone = 'plain', type = 'button', label, disabled = false } = props;
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
        type={type}
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
