import { useSignal } from '@preact/signals';
import { RequestError } from '../../../protocol/index.ts';
import { useApp } from '../../app.ts';
import { type ConfigFile, issuesOf } from '../../data/wire.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { Notice } from '../../parts/badge.tsx';
import { Diff, Versions } from '../../parts/diff.tsx';
import { t } from '../../text/translate.ts';
import { Issues } from './issues.tsx';

type EditorProps = {
  file: ConfigFile;
  /** Reads the file again, for the version somebody else saved meanwhile. */
  reload: () => Promise<ConfigFile>;
  onDone: () => void;
};

/** The text itself, secrets included. Saving needs a look at the changes, and the file to be the one that was loaded. */
export function ConfigEditor({ file, reload, onDone }: EditorProps) {
  const { link } = useApp();
  const base = useSignal({ raw: file.raw ?? '', hash: file.hash });
  const text = useSignal(file.raw ?? '');
  const isReviewing = useSignal(false);
  const isConflict = useSignal(false);
  const issues = useSignal<ConfigFile['issues']>([]);
  const save = async () => {
    issues.value = [];
    try {
      await link.call('config.set', {
        raw: text.value,
        ...(file.exists ? { baseHash: base.value.hash } : {}),
      });
      onDone();
    } catch (thrown) {
      if (!(thrown instanceof RequestError)) throw thrown;
      issues.value = issuesOf(thrown.shape.details);
      if (thrown.message.includes('config changed since last load')) {
        const theirs = await reload();
        base.value = { raw: theirs.raw ?? '', hash: theirs.hash };
        isConflict.value = true;
        return;
      }
      if (issues.value.length === 0) throw thrown;
    }
  };
  const isChanged = text.value !== base.value.raw;
  return (
    <div class="stack">
      <textarea
        class="input mono editor"
        aria-label={t('config.text')}
        spellcheck={false}
        autoComplete="off"
        rows={24}
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value;
          isReviewing.value = false;
        }}
      />
      {isConflict.value && <Notice tone="warn">{t('conflict.about')}</Notice>}
      {(isReviewing.value || isConflict.value) && (
        <Diff
          before={base.value.raw}
          after={text.value}
          label={isConflict.value ? t('conflict.diff') : t('diff.changes')}
        />
      )}
      {isConflict.value && <Versions theirs={base.value.raw} mine={text.value} />}
      <Issues issues={issues.value} />
      <div class="row">
        {isReviewing.value || isConflict.value ? (
          <ActionButton tone={isConflict.value ? 'danger' : 'primary'} run={save} disabled={!isChanged}>
            {isConflict.value ? t('conflict.mine') : t('action.save')}
          </ActionButton>
        ) : (
          <button
            type="button"
            class="button primary"
            disabled={!isChanged}
            onClick={() => {
              isReviewing.value = true;
            }}
          >
            {t('config.review')}
          </button>
        )}
        <button type="button" class="button" onClick={onDone}>
          {isConflict.value ? t('conflict.theirs') : t('action.discard')}
        </button>
      </div>
    </div>
  );
}
