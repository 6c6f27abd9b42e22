import type { Signal } from '@preact/signals';
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

/** Which part of the file: the defaults, or one agent. */
export function ScopePicker({ at, policy }: { at: Signal<PolicyScopeName>; policy: Policy }) {
  const names = agentNames(policy);
  return (
    <label class="field">
      <span>{t('policy.scope')}</span>
      <select
        class="input"
        value={at.value.kind === 'defaults' ? '-1' : String(names.indexOf(at.value.name))}
        onChange={(event) => {
          const name = names[Number(event.currentTarget.value)];
          at.value = name === undefined ? { kind: 'defaults' } : { kind: 'agent', name };
        }}
      >
        <option value="-1">{t('policy.defaults')}</option>
        {names.map((name, index) => (
          <option key={name} value={String(index)}>
            {name === '*' ? t('policy.everyAgent') : name}
          </option>
        ))}
      </select>
    </label>
  );
}
