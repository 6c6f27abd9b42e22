import { type Signal, useSignal } from '@preact/signals';
import { useApp } from '../../app.ts';
import { nodeName } from '../../data/node-name.ts';
import { LabelledChoice } from '../../parts/choice.tsx';
import { writtenOut } from '../../parts/visible-text.ts';
import { t } from '../../text/translate.ts';
import { agentNames, type Policy, type PolicyScopeName } from './policy.ts';

/** Whose file: the gateway's host or a connected node; the one that was chosen stays when it goes. Locked while there are unsaved changes. */
export function TargetPicker({
  target,
  isLocked,
}: {
  target: Signal<string | undefined>;
  isLocked: boolean;
}) {
  const { nodes } = useApp();
  const offered = (nodes.value.value ?? []).filter((node) => node.connected || node.nodeId === target.value);
  return (
    <LabelledChoice
      label={t('policy.target')}
      isDisabled={isLocked}
      value={target.value ?? ''}
      options={[
        ['', t('policy.gatewayHost')],
        ...offered.map((node) => [node.nodeId, writtenOut(nodeName(node), { maxChars: 80 })] as const),
      ]}
      onChange={(chosen) => {
        target.value = chosen || undefined;
      }}
    />
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
      <LabelledChoice
        label={t('policy.scope')}
        value={
          isNaming.value
            ? NEW
            : at.value.kind === 'defaults'
              ? DEFAULTS
              : String(names.indexOf(at.value.name))
        }
        options={[
          [DEFAULTS, t('policy.defaults')],
          ...names.map(
            (each, index) =>
              [String(index), each === '*' ? t('policy.everyAgent') : writtenOut(each)] as const,
          ),
          [NEW, t('policy.otherAgent')],
        ]}
        onChange={(chosen) => {
          isNaming.value = chosen === NEW;
          if (isNaming.value) return;
          const found = names[Number(chosen)];
          at.value = found === undefined ? { kind: 'defaults' } : { kind: 'agent', name: found };
        }}
      />
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

const DEFAULTS = '-1';
const NEW = 'new';
