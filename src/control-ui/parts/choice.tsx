import { useId } from 'preact/hooks';
import { Icon } from './icon.tsx';

type ChoiceProps<V extends string> = {
  value: V;
  options: readonly (readonly [value: V, text: string])[];
  onChange: (value: V) => void;
  isDisabled?: boolean;
};

/** One of some words. Its name is only heard, or it is that of the `label` for the id. */
export function Choice<V extends string>(props: ChoiceProps<V> & ({ label: string } | { id: string })) {
  return (
    <span class="choice">
      <select
        class="input"
        {...('id' in props ? { id: props.id } : { 'aria-label': props.label })}
        disabled={props.isDisabled ?? false}
        value={props.value}
        onChange={(event) => {
          const chosen = props.options.find(([value]) => value === event.currentTarget.value);
          if (chosen !== undefined) props.onChange(chosen[0]);
        }}
      >
        {props.options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
      <Icon name="chevron" />
    </span>
  );
}

/** The same with its name above it, and what it is about below. */
export function LabelledChoice<V extends string>(props: ChoiceProps<V> & { label: string; help?: string }) {
  const { help, label, ...choice } = props;
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <Choice {...choice} id={id} />
      {help !== undefined && <span class="note">{help}</span>}
    </div>
  );
}
