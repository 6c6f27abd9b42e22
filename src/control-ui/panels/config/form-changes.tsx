import { Outside } from '../../parts/outside-text.tsx';
import { t } from '../../text/translate.ts';
import type { Field } from './schema-fields.ts';

/** What a save would change, key by key, from and to; secrets are named, not shown. */
export function FormChanges({
  changes,
}: {
  changes: readonly { field: Field; before: unknown; after: unknown }[];
}) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls
    <div role="group" aria-label={t('diff.changes')}>
      <p class="note">{t('diff.changes')}</p>
      <ul class="fix-steps">
        {changes.map(({ field, before, after }) => (
          <li key={field.path.join('.')}>
            <code>{field.path.join('.')}</code>
            <span class="from-to">
              <del>
                <Outside text={valueText(field, before)} />
              </del>{' '}
              →{' '}
              <ins>
                <Outside text={valueText(field, after)} />
              </ins>
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function valueText({ isSecret }: Field, value: unknown): string {
  if (value === undefined) return t('form.notSet');
  return isSecret ? '••••••' : (JSON.stringify(value) ?? '');
}
