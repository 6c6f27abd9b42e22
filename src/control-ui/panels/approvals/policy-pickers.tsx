import { type Signal, useSignal } from '@preact/signals';
import { useApp } from '../../app.ts';
import { t } from '../../text/translate.ts';
import { agentNames, type Policy, type PolicyScopeName } from './policy.ts';

/** Whose file: the gateway's host or a connected node. Locked while there are unsaved changes. */
export function TargetPicker({
  target,
  isLocked,
}: {
  target: Signal<string | undefined>;
  isLocked: boolean;
}) {
  const { nodes } = useApp();
  const offered = (nodes.value.value ?? []).filter((node) => node.connected);
  return (
    <label class="field">
      <span>{t('policy.target')}</span>
      <select
        class="input"
        disabled={isLocked}
        value={target.value ?? ''}
        onChange={(event) => {
          target.value = event.currentTarget.value || undefined;
        }}
      >
        <option value="">{t('policy.gatewayHost')}</option>
        {offered.map(({ nodeId, displayName }) => (
          <option key={nodeId} value={nodeId}>
            {displayName ?? nodeId.slice(0, 12)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Which part of the file: the defaults, or one agent, also one that the file does not name yet. */
export function ScopePicker({ at, policy }: { at: Signal<PolicyScopeName>; policy: Policy }) {
  const isNaming = useSignal(false);
  const name = useSignal('');
  const chosen = at.value.kind === 'agent' ? [at.value.name] : [];
  const names = [...new Set([...agentNames(policy), ...chosen])];
  const add = (event: Event) => {
    event.preventDefault();
    const typed = name.value.trim();
    if (typed === '') return;
    at.value = { kind: 'agent', name: typed };
    name.value = '';
    isNaming.value = false;
  };
  return (
    <div class="stack tight">
      <label class="field">
        <span>{t('policy.scope')}</span>
        <select
          class="input"
          value={
            isNaming.value ? NEW : at.value.kind === 'defaults' ? '-1' : String(names.indexOf(at.value.name))
          }
          onChange={(event) => {
            isNaming.value = event.currentTarget.value === NEW;
            if (isNaming.value) return;
            const found = names[Number(event.currentTarget.value)];
            at.value = found === undefined ? { kind: 'defaults' } : { kind: 'agent', name: found };
          }}
        >
          <option value="-1">{t('policy.defaults')}</option>
          {names.map((each, index) => (
            <option key={each} value={String(index)}>
              {each === '*' ? t('policy.everyAgent') : each}
            </option>
          ))}
          <option value={NEW}>{t('policy.otherAgent')}</option>
        </select>
      </label>
      {isNaming.value && (
        <form class="row" onSubmit={add}>
          <input
            class="input grow"
            aria-label={t('policy.agentName')}
            placeholder={t('policy.agentName')}
            value={name.value}
            onInput={(event) => {
              name.value = event.currentTarget.value;
            }}
          />
          <button type="submit" class="button">
            {t('policy.choose')}
          </button>
        </form>
      )}
    </div>
  );
}

const NEW = 'new';
