import { useComputed, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import * as z from 'zod/mini';
import { useApp } from '../../app.ts';
import { listOf, property } from '../../data/wire.ts';
import { Age } from '../../parts/age.tsx';
import { Empty } from '../../parts/badge.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Outside } from '../../parts/outside-text.tsx';
import { writtenOut } from '../../parts/visible-text.ts';
import { t } from '../../text/translate.ts';
import { type Policy, type PolicyRule, rulesOf, withoutRule, withRule } from './policy.ts';
import { ruleLine } from './policy-suggestions.tsx';

const RISKS = ['folder', 'writable', 'starts-others', 'ordinary'] as const;
type Risk = (typeof RISKS)[number];
const riskSchema = z.object({ pattern: z.string(), code: z.enum(RISKS) });

/** The programs an agent may run without asking, each with what it gives away. */
export function PolicyRules(props: { policy: Policy; agent: string; onChange: (policy: Policy) => void }) {
  const { policy, agent, onChange } = props;
  const rules = rulesOf(policy, agent);
  const pattern = useSignal('');
  const typed = useComputed(() => pattern.value.trim());
  const risks = useRisks([...rules.map((rule) => rule.pattern), typed.value]);
  const add = (event: Event) => {
    event.preventDefault();
    if (typed.value === '') return;
    onChange(withRule(policy, agent, { pattern: typed.value }));
    pattern.value = '';
  };
  return (
    <div class="stack tight">
      <h3>{t('rules.title')}</h3>
      {rules.length === 0 && <Empty title={t('rules.none')} />}
      <ul class="list">
        {rules.map((rule, index) => (
          <RuleRow
            key={index}
            rule={rule}
            risk={risks.get(rule.pattern)}
            onRemove={() => onChange(withoutRule(policy, agent, rule))}
          />
        ))}
      </ul>
      <form class="row" onSubmit={add}>
        <input
          class="input mono grow"
          aria-label={t('rules.pattern')}
          placeholder="/usr/bin/git"
          spellcheck={false}
          value={pattern.value}
          onInput={(event) => {
            pattern.value = event.currentTarget.value;
          }}
        />
        <button type="submit" class="button">
          {t('rules.add')}
        </button>
      </form>
      {typed.value !== '' && !/^(\/|~\/)/.test(typed.value) && <p class="note">{t('rules.absolute')}</p>}
      <p class="note">
        {typed.value !== '' && risks.has(typed.value)
          ? t(`risk.${risks.get(typed.value) ?? 'ordinary'}`)
          : t('rules.help')}
      </p>
    </div>
  );
}

function RuleRow({
  rule,
  risk,
  onRemove,
}: {
  rule: PolicyRule;
  risk: Risk | undefined;
  onRemove: () => void;
}) {
  const isPlain = rule.args === undefined && rule.argPattern === undefined;
  return (
    <li class="list-row rule">
      <span class="grow">
        <code>
          <Outside text={ruleLine(rule)} />
        </code>
        <span class={risk !== undefined && risk !== 'ordinary' && isPlain ? 'risk small' : 'muted small'}>
          {isPlain ? risk !== undefined && t(`risk.${risk}`) : t('rules.exact')}
        </span>
      </span>
      <span class="muted small" title={writtenOut(rule.lastUsedCommand ?? '')}>
        {rule.lastUsedAt === undefined ? (
          t('rules.neverUsed')
        ) : (
          <>
            {t('rules.used')} <Age atMs={rule.lastUsedAt} />
          </>
        )}
      </span>
      <button
        type="button"
        class="icon-button"
        aria-label={t('rules.removeName', { pattern: writtenOut(ruleLine(rule)) })}
        title={t('rules.remove')}
        onClick={onRemove}
      >
        <Icon name="close" />
      </button>
    </li>
  );
}

/** What plain entries with these patterns give away, as the gateway knows it. */
function useRisks(patterns: readonly string[]): ReadonlyMap<string, Risk> {
  const { link } = useApp();
  const risks = useSignal<ReadonlyMap<string, Risk>>(new Map());
  const wanted = JSON.stringify([...new Set(patterns)].filter((pattern) => /^(\/|~\/)/.test(pattern)));
  useEffect(() => {
    if (!link.offers('exec.approvals.risks')) return undefined;
    let isCurrent = true;
    link.call('exec.approvals.risks', { patterns: JSON.parse(wanted) }).then(
      (answer) => {
        if (!isCurrent) return;
        const found = listOf(riskSchema, property(answer, 'risks'));
        risks.value = new Map(found.map(({ pattern, code }) => [pattern, code]));
      },
      // Notes beside the rules; the rules stand without them.
      () => {},
    );
    return () => {
      isCurrent = false;
    };
  }, [wanted, link]);
  return risks.value;
}
