import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useApp } from '../../app.ts';
import { type ConfigFile, configSchema } from '../../data/wire.ts';
import { Badge } from '../../parts/badge.tsx';
import { Loading, Panel } from '../../parts/panel.tsx';
import { ScrollText } from '../../parts/scroll-text.tsx';
import { reasonText } from '../../text/reason.ts';
import { t } from '../../text/translate.ts';
import { ConfigEditor } from './config-editor.tsx';
import { ConfigForm } from './config-form.tsx';
import { Issues } from './issues.tsx';
import { maskSecrets } from './mask-secrets.ts';

/** The config file: looked at with secrets covered, edited as text, saved after its changes were seen. */
export function Config() {
  const { link } = useApp();
  const file = useSignal<ConfigFile | undefined>(undefined);
  const loadedAtMs = useSignal<number | undefined>(undefined);
  const error = useSignal<string | undefined>(undefined);
  const isEditing = useSignal(false);
  const view = useSignal<'form' | 'text'>('form');
  const load = async (): Promise<ConfigFile> => {
    const answer = configSchema.safeParse(await link.call('config.get', {}));
    if (!answer.success) throw new Error(t('reason.unreadable'));
    file.value = answer.data;
    loadedAtMs.value = Date.now();
    error.value = undefined;
    return answer.data;
  };
  const show = async () => {
    try {
      await load();
    } catch (thrown) {
      error.value = reasonText(thrown);
    }
  };
  useEffect(() => void show(), []);
  const shown = file.value;
  return (
    <Panel
      title={t('config.title')}
      note={t('config.note')}
      // Not renewed by itself: what is edited is compared with what was loaded.
      of={{ loadedAtMs, everyMs: undefined, error, refresh: show }}
      actions={
        shown !== undefined &&
        view.value === 'text' &&
        !isEditing.value && (
          <button
            type="button"
            class="button"
            onClick={() => {
              isEditing.value = true;
            }}
          >
            {t('config.edit')}
          </button>
        )
      }
    >
      {shown === undefined && error.value === undefined && <Loading />}
      {shown !== undefined && (
        <div class="stack">
          <p class="row">
            <Badge tone={shown.valid ? 'good' : 'bad'}>
              {shown.valid ? t('config.valid') : t('config.invalid')}
            </Badge>
            <code class="muted">{shown.path}</code>
          </p>
          <Issues issues={shown.issues} />
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
          {view.value === 'form' && <ConfigForm file={shown} reload={load} />}
          {view.value === 'text' &&
            (isEditing.value ? (
              <ConfigEditor
                file={shown}
                reload={load}
                onDone={() => {
                  isEditing.value = false;
                  void show();
                }}
              />
            ) : (
              <ScrollText class="output tall" label={t('config.text')}>
                {shown.raw === null ? t('config.noFile') : maskSecrets(shown.raw)}
              </ScrollText>
            ))}
        </div>
      )}
    </Panel>
  );
}
