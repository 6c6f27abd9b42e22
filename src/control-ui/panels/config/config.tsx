import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useApp } from '../../app.ts';
import { type ConfigFile, configSchema } from '../../data/wire.ts';
import { Badge, Notice } from '../../parts/badge.tsx';
import { Loading, Panel } from '../../parts/panel.tsx';
import { ScrollText } from '../../parts/scroll-text.tsx';
import { reasonText } from '../../text/reason.ts';
import { t } from '../../text/translate.ts';
import { ConfigEditor } from './config-editor.tsx';
import { ConfigForm } from './config-form.tsx';
import { Issues } from './issues.tsx';
import { maskSecrets } from './mask-secrets.ts';

type Loaded = { kind: 'loading' } | { kind: 'failed'; why: string } | { kind: 'loaded'; file: ConfigFile };

/** The config file: looked at with secrets covered, edited as text, saved after its changes were seen. */
export function Config() {
  const { link } = useApp();
  const loaded = useSignal<Loaded>({ kind: 'loading' });
  const isEditing = useSignal(false);
  const view = useSignal<'form' | 'text'>('form');
  const load = async (): Promise<ConfigFile> => {
    const answer = configSchema.safeParse(await link.call('config.get', {}));
    if (!answer.success) throw new Error('cannot read the answer of the gateway');
    loaded.value = { kind: 'loaded', file: answer.data };
    return answer.data;
  };
  const show = () =>
    load().catch((thrown: unknown) => {
      loaded.value = { kind: 'failed', why: reasonText(thrown) };
    });
  useEffect(() => void show(), []);
  const state = loaded.value;
  return (
    <Panel
      title={t('config.title')}
      note={t('config.note')}
      actions={
        state.kind === 'loaded' &&
        view.value === 'text' &&
        !isEditing.value && (
          <>
            <button type="button" class="button ghost" onClick={() => void show()}>
              {t('action.refresh')}
            </button>
            <button
              type="button"
              class="button"
              onClick={() => {
                isEditing.value = true;
              }}
            >
              {t('config.edit')}
            </button>
          </>
        )
      }
    >
      {state.kind === 'loading' && <Loading />}
      {state.kind === 'failed' && (
        <Notice tone="bad">
          <p>{t('panel.cannotLoad', { why: state.why })}</p>
          <button type="button" class="button" onClick={() => void show()}>
            {t('action.tryNow')}
          </button>
        </Notice>
      )}
      {state.kind === 'loaded' && (
        <div class="stack">
          <p class="row">
            <Badge tone={state.file.valid ? 'good' : 'bad'}>
              {state.file.valid ? t('config.valid') : t('config.invalid')}
            </Badge>
            <code class="muted">{state.file.path}</code>
          </p>
          <Issues issues={state.file.issues} />
          {!isEditing.value && (
            // biome-ignore lint/a11y/useSemanticElements: a fieldset is for the fields of a form
            <div class="segments" role="group" aria-label={t('config.view')}>
              {(['form', 'text'] as const).map((each) => (
                <button
                  key={each}
                  type="button"
                  class="button small"
                  aria-pressed={view.value === each}
                  onClick={() => {
                    view.value = each;
                  }}
                >
                  {t(`config.view.${each}`)}
                </button>
              ))}
            </div>
          )}
          {view.value === 'form' && <ConfigForm file={state.file} reload={load} />}
          {view.value === 'text' &&
            (isEditing.value ? (
              <ConfigEditor
                file={state.file}
                reload={load}
                onDone={() => {
                  isEditing.value = false;
                  void show();
                }}
              />
            ) : (
              <ScrollText class="output tall" label={t('config.text')}>
                {state.file.raw === null ? t('config.noFile') : maskSecrets(state.file.raw)}
              </ScrollText>
            ))}
        </div>
      )}
    </Panel>
  );
}
