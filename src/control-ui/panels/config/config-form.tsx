import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { RequestError } from '../../../protocol/index.ts';
import { useApp } from '../../app.ts';
import { type ConfigFile, issuesOf } from '../../data/wire.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { Notice } from '../../parts/badge.tsx';
import { FilterInput } from '../../parts/filter-input.tsx';
import { InlineCode } from '../../parts/inline-code.tsx';
import { Loading } from '../../parts/panel.tsx';
import { reasonText } from '../../text/reason.ts';
import { plural, t } from '../../text/translate.ts';
import { wireSentence } from '../../text/wire-sentence.ts';
import { FieldInput } from './field-input.tsx';
import { FormChanges } from './form-changes.tsx';
import { Issues } from './issues.tsx';
import {
  type Field,
  type FieldValue,
  fieldsOf,
  otherKeys,
  patchOf,
  schemaAnswer,
  valueAt,
} from './schema-fields.ts';

type Props = {
  file: ConfigFile;
  /** Reads the file again: after a save, and for the version somebody else saved meanwhile. */
  reload: () => Promise<ConfigFile>;
};
type Edits = ReadonlyMap<string, FieldValue | undefined>;

/** The configuration as a form. Only what was changed here is written; comments and unknown keys stay as they are. */
export function ConfigForm({ file, reload }: Props) {
  const { link } = useApp();
  const fields = useSignal<readonly Field[] | undefined>(undefined);
  const failure = useSignal<string | undefined>(undefined);
  const edits = useSignal<Edits>(new Map());
  const filter = useSignal('');
  const isConflict = useSignal(false);
  const isSaved = useSignal(false);
  const issues = useSignal<ConfigFile['issues']>([]);
  useEffect(() => {
    link.call('config.schema', {}).then(
      (answer) => {
        const parsed = schemaAnswer.safeParse(answer);
        fields.value = parsed.success ? fieldsOf(parsed.data) : [];
      },
      (thrown: unknown) => {
        failure.value = reasonText(thrown);
      },
    );
  }, [link]);
  if (failure.value !== undefined) return <Notice tone="bad">{failure.value}</Notice>;
  if (fields.value === undefined) return <Loading />;
  const all = fields.value;
  const changed = all.flatMap((field) => {
    const key = field.path.join('.');
    if (!edits.value.has(key)) return [];
    const before = valueAt(file.parsed, field.path);
    const after = edits.value.get(key);
    return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ field, before, after }];
  });
  const save = async () => {
    const saved = edits.value;
    issues.value = [];
    try {
      await link.call('config.patch', {
        raw: JSON.stringify(
          patchOf(changed.map(({ field: { path }, after }) => ({ path, value: after ?? null }))),
        ),
        ...(file.exists ? { baseHash: file.hash } : {}),
      });
      // What was changed while it was being saved is still to be saved.
      edits.value = new Map([...edits.value].filter(([key, value]) => saved.get(key) !== value));
      isConflict.value = false;
      isSaved.value = true;
      await reload();
    } catch (thrown) {
      if (!(thrown instanceof RequestError)) throw thrown;
      if (thrown.message.includes('config changed since last load')) {
        // The changes stay; what they are compared with is now the other version.
        isConflict.value = true;
        await reload();
        return;
      }
      issues.value = issuesOf(thrown.shape.details);
      if (issues.value.length === 0) throw thrown;
    }
  };
  const wanted = filter.value.trim().toLowerCase();
  const shown = all.filter(({ path, help }) =>
    `${path.join('.')} ${help} ${wireSentence(help)}`.toLowerCase().includes(wanted),
  );
  const sections = Map.groupBy(shown, ({ path }) => path[0] ?? '');
  const others = otherKeys(file.parsed, all);
  return (
    <div class="stack">
      <FilterInput label={t('form.filter')} text={filter} />
      {[...sections].map(([name, members]) => (
        <details key={name} class="section" open={name === 'gateway' || wanted !== ''}>
          <summary>
            <strong>{name}</strong>
            <span class="muted small">
              {plural(
                'form.set',
                members.filter(({ path }) => valueAt(file.parsed, path) !== undefined).length,
              )}
            </span>
          </summary>
          <div class="form-fields">
            {members.map((field) => (
              <FieldRow
                key={field.path.join('.')}
                field={field}
                value={
                  edits.value.has(field.path.join('.'))
                    ? edits.value.get(field.path.join('.'))
                    : valueAt(file.parsed, field.path)
                }
                onChange={(value) => {
                  isSaved.value = false;
                  edits.value = new Map([...edits.value, [field.path.join('.'), value]]);
                }}
              />
            ))}
          </div>
        </details>
      ))}
      {others.length > 0 && (
        <p class="note">
          {t('form.others')} <code>{others.join(', ')}</code>
        </p>
      )}
      {isSaved.value && changed.length === 0 && (
        <div class="saved">
          <Notice tone="good">{t('form.saved')}</Notice>
        </div>
      )}
      {changed.length > 0 && (
        <div class="stack save-bar">
          {isConflict.value && <Notice tone="warn">{t('form.conflict')}</Notice>}
          <FormChanges changes={changed} />
          <Issues issues={issues.value} />
          <div class="row">
            <ActionButton tone={isConflict.value ? 'danger' : 'primary'} run={save}>
              {isConflict.value ? t('conflict.mine') : t('action.save')}
            </ActionButton>
            <button
              type="button"
              class="button"
              onClick={() => {
                edits.value = new Map();
                isConflict.value = false;
                issues.value = [];
              }}
            >
              {isConflict.value ? t('conflict.theirs') : t('action.discard')}
            </button>
          </div>
        </div>
      )}
    </div>
  );
}

function FieldRow(props: {
  field: Field;
  value: unknown;
  onChange: (value: FieldValue | undefined) => void;
}) {
  const { field } = props;
  const id = `config-${field.path.join('-')}`;
  return (
    <div class="form-field">
      <label for={id}>
        <code>{field.path.slice(1).join('.') || field.path[0]}</code>
        <span class="muted small">
          <InlineCode text={wireSentence(field.help)} />
        </span>
      </label>
      <FieldInput field={field} id={id} value={props.value} onChange={props.onChange} />
    </div>
  );
}
