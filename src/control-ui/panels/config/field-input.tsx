import { Choice } from '../../parts/choice.tsx';
import { t } from '../../text/translate.ts';
import type { Field, FieldValue } from './schema-fields.ts';

/** The control for one field. `undefined` means that the file says nothing and the default holds. */
export function FieldInput(props: {
  field: Field;
  id: string;
  value: unknown;
  onChange: (value: FieldValue | undefined) => void;
}) {
  const { field, id, value, onChange } = props;
  switch (field.kind) {
    case 'boolean':
      return (
        <Choice
          id={id}
          value={typeof value === 'boolean' ? (String(value) as 'true' | 'false') : ''}
          options={[
            ['', defaultText(field)],
            ['true', t('form.yes')],
            ['false', t('form.no')],
          ]}
          onChange={(word) => onChange(word === '' ? undefined : word === 'true')}
        />
      );
    case 'choice':
      return (
        <Choice
          id={id}
          value={typeof value === 'string' ? value : ''}
          options={[['', defaultText(field)], ...field.choices.map((word) => [word, word] as const)]}
          onChange={(word) => onChange(word || undefined)}
        />
      );
    case 'integer':
      return (
        <input
          id={id}
          class="input"
          type="number"
          step={1}
          min={field.min}
          max={field.max}
          placeholder={defaultText(field)}
          value={typeof value === 'number' ? value : ''}
          onInput={({ currentTarget: { value: text } }) => onChange(text === '' ? undefined : Number(text))}
        />
      );
    case 'text':
      return (
        <input
          id={id}
          class="input"
          {...(field.isSecret ? { type: 'password' as const } : { type: 'text' as const })}
          autoComplete="off"
          spellcheck={false}
          placeholder={defaultText(field)}
          value={typeof value === 'string' ? value : ''}
          onInput={({ currentTarget: { value: text } }) => onChange(text === '' ? undefined : text)}
        />
      );
    case 'texts':
      return (
        <textarea
          id={id}
          class="input mono"
          rows={2}
          spellcheck={false}
          placeholder={t('form.onePerLine')}
          value={Array.isArray(value) ? value.join('\n') : ''}
          onInput={({ currentTarget: { value: text } }) => {
            const lines = text.split('\n').filter((line) => line.trim() !== '');
            onChange(lines.length === 0 ? undefined : lines);
          }}
        />
      );
  }
}

function defaultText({ fallback, kind }: Field): string {
  if (fallback === undefined || (Array.isArray(fallback) && fallback.length === 0)) return t('form.notSet');
  const shown = kind === 'boolean' ? t(fallback === true ? 'form.yes' : 'form.no') : String(fallback);
  return t('form.default', { value: shown });
}
