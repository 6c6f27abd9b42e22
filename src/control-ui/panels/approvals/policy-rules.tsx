import { useSignal } from '@preact/signals';
import { Age } from '../../parts/age.tsx';
import { Empty } from '../../parts/badge.tsx';
import { Outside } from '../../parts/outside-text.tsx';
import { t } from '../../text/translate.ts';
import { type Policy, rulesOf, withRules } from './policy.ts';

/** The programs an agent may run without asking. */
export function PolicyRules(props: { policy: Policy; agent: string; onChange: (policy: Policy) => void }) {
  const { policy, agent, onChange } = props;
  const rules = rulesOf(policy, { kind: 'agent', name: agent });
  const pattern = useSignal('');
  const add = (event: Event) => {
    event.preventDefault();
    const text = pattern.value.trim();
    if (text === '' || rules.some((rule) => rule.pattern === text && rule.args === undefined)) return;
    onChange(withRules(policy, agent, [...rules, { pattern: text }]));
    pattern.value = '';
  };
  return (
    <div class="stack">
      <h3>{t('rules.title')}</h3>
      {rules.length === 0 && <Empty title={t('rules.none')} />}
      <ul class="list">
        {rules.map((rule, index) => (
          <li key={index} class="list-row">
            <code>
              <Outside text={[rule.pattern, ...(rule.args ?? []), rule.argPattern ?? ''].join(' ').trim()} />
            </code>
            <span class="muted">
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
              class="button ghost end"
              aria-label={t('rules.removeName', { pattern: rule.pattern })}
              onClick={() =>
                onChange(
                  withRules(
                    policy,
                    agent,
                    rules.filter((_, other) => other !== index),
                  ),
                )
              }
            >
              {t('rules.remove')}
            </button>
          </li>
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
      <p class="note">{t('rules.help')}</p>
    </div>
  );
}
