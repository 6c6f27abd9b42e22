import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { useApp, useResource } from '../../app.ts';
import { createResource } from '../../data/resource.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { Notice } from '../../parts/badge.tsx';
import { Diff, Versions } from '../../parts/diff.tsx';
import { Loading, Panel } from '../../parts/panel.tsx';
import { writtenOut } from '../../parts/visible-text.ts';
import { t } from '../../text/translate.ts';
import type { Policy, PolicyScopeName, PolicySnapshot } from './policy.ts';
import { ScopePicker, TargetPicker } from './policy-pickers.tsx';
import { PolicyRules } from './policy-rules.tsx';
import { PolicySettings } from './policy-settings.tsx';
import { loadPolicy, savePolicy } from './policy-store.ts';
import { PolicySuggestions } from './policy-suggestions.tsx';
import { PolicyTester } from './policy-tester.tsx';

/** A file seldom changes; whoever looks at it should not look at an old one for long. */
const EVERY_MS = 15_000;

type Loaded =
  | { kind: 'loading' }
  /** `draft` is what the form shows; it differs from the snapshot until it is saved. */
  | { kind: 'editing'; snapshot: PolicySnapshot; draft: Policy }
  /** Somebody saved meanwhile: both versions are shown, nothing is lost, a person decides. */
  | { kind: 'conflict'; theirs: PolicySnapshot; draft: Policy };

/** Rules of one host: what runs, what asks. Saves only over what was loaded. */
export function PolicyEditor({ onSaved }: { onSaved: () => void }) {
  const { link } = useApp();
  const target = useSignal<string | undefined>(undefined);
  const at = useSignal<PolicyScopeName>({ kind: 'defaults' });
  const tested = useSignal('');
  const loaded = useSignal<Loaded>({ kind: 'loading' });
  const nodeId = target.value;
  const latest = useMemo(
    () =>
      createResource(link, {
        load: () => loadPolicy(link, nodeId),
        // "Always" adds an entry; others edit, too.
        events: ['exec.approval.resolved'],
        everyMs: EVERY_MS,
      }),
    [link, nodeId],
  );
  useResource(latest);
  useEffect(() => {
    loaded.value = { kind: 'loading' };
  }, [latest]);
  const snapshot = latest.value.value;
  useEffect(() => {
    if (snapshot !== undefined) loaded.value = withLatest(loaded.value, snapshot);
  }, [snapshot]);

  const save = async (draft: Policy, baseHash: string) => {
    const outcome = await savePolicy(link, nodeId, { file: draft, baseHash });
    if (outcome.kind === 'conflict') {
      loaded.value = { kind: 'conflict', theirs: outcome.theirs, draft };
      return;
    }
    onSaved();
    const now = loaded.value;
    // What was changed while it was being saved is still to be saved.
    const isAsSaved = now.kind === 'loading' || now.draft === draft;
    loaded.value = {
      kind: 'editing',
      snapshot: outcome.snapshot,
      draft: isAsSaved ? outcome.snapshot.file : now.draft,
    };
    void latest.refresh();
  };

  const state = loaded.value;
  const isChanged = state.kind === 'editing' && isDraft(state);
  const setDraft = (draft: Policy) => {
    if (state.kind === 'editing') loaded.value = { ...state, draft };
  };
  return (
    <Panel title={t('policy.title')} note={t('policy.note')} of={latest}>
      <div class="row pickers">
        <TargetPicker target={target} isLocked={isChanged || state.kind === 'conflict'} />
        {state.kind === 'editing' && <ScopePicker at={at} policy={state.draft} />}
      </div>
      {state.kind === 'loading' && latest.error.value === undefined && <Loading />}
      {state.kind === 'editing' && (
        <div class="stack">
          <PolicySettings policy={state.draft} at={at.value} onChange={setDraft} />
          {at.value.kind === 'agent' && (
            <>
              <PolicyRules policy={state.draft} agent={at.value.name} onChange={setDraft} />
              {target.value !== undefined && (
                <PolicySuggestions
                  nodeId={target.value}
                  agent={at.value.name}
                  policy={state.draft}
                  onChange={setDraft}
                />
              )}
            </>
          )}
          {target.value === undefined ? (
            <p class="note">{t('tester.needsNode')}</p>
          ) : (
            <PolicyTester
              nodeId={target.value}
              agent={at.value.kind === 'agent' ? at.value.name : 'main'}
              draft={state.draft}
              isChanged={isChanged}
              text={tested}
            />
          )}
          {isChanged && (
            <div class="stack save-bar">
              <Diff
                before={pretty(state.snapshot.file)}
                after={pretty(state.draft)}
                label={t('diff.changes')}
              />
              <div class="row">
                <ActionButton tone="primary" run={() => save(state.draft, state.snapshot.hash)}>
                  {t('action.save')}
                </ActionButton>
                <button type="button" class="button" onClick={() => setDraft(state.snapshot.file)}>
                  {t('action.discard')}
                </button>
              </div>
            </div>
          )}
          <p class="note">
            {state.snapshot.exists
              ? t('policy.file', { path: writtenOut(state.snapshot.path) })
              : t('policy.noFile')}
          </p>
        </div>
      )}
      {state.kind === 'conflict' && (
        <div class="stack">
          <Notice tone="warn">{t('conflict.about')}</Notice>
          <Diff before={pretty(state.theirs.file)} after={pretty(state.draft)} label={t('conflict.diff')} />
          <Versions theirs={pretty(state.theirs.file)} mine={pretty(state.draft)} />
          <div class="row">
            <ActionButton tone="danger" run={() => save(state.draft, state.theirs.hash)}>
              {t('conflict.mine')}
            </ActionButton>
            <button
              type="button"
              class="button"
              onClick={() => {
                loaded.value = { kind: 'editing', snapshot: state.theirs, draft: state.theirs.file };
              }}
            >
              {t('conflict.theirs')}
            </button>
          </div>
        </div>
      )}
    </Panel>
  );
}

/** The newest file where nothing is being edited; what is being edited stays, and its save finds out. */
function withLatest(now: Loaded, snapshot: PolicySnapshot): Loaded {
  if (now.kind === 'conflict') return now;
  if (now.kind === 'editing' && (isDraft(now) || now.snapshot.hash === snapshot.hash)) return now;
  return { kind: 'editing', snapshot, draft: snapshot.file };
}

function isDraft({ draft, snapshot }: { draft: Policy; snapshot: PolicySnapshot }): boolean {
  return pretty(draft) !== pretty(snapshot.file);
}

function pretty(policy: Policy): string {
  return JSON.stringify(policy, undefined, 2);
}
