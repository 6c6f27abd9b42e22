import type { Signal } from '@preact/signals';

/** Narrows a list while somebody types; the label is seen as long as nothing is typed. */
export function FilterInput({ label, text }: { label: string; text: Signal<string> }) {
  return (
    <input
      class="input search"
      type="search"
      aria-label={label}
      placeholder={label}
      value={text.value}
      onInput={(event) => {
        text.value = event.currentTarget.value;
      }}
    />
  );
}
