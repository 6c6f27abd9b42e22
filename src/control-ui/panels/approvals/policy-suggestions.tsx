import { useMemo } from 'preact/hooks';
import * as z from 'zod/mini';
import { useApp, useResource } from '../../app.ts';
import { createResource } from '../../data/resource.ts';
import { listOf, property } from '../../data/wire.ts';
import { Badge } from '../../parts/badge.tsx';
import { shellLine } from '../../parts/doctor/shell-line.ts';
import { Icon } from '../../parts/icon.tsx';
import { Outside } from '../../parts/outside-text.tsx';
import { writtenOut } from '../../parts/visible-text.ts';
import { plural, t } from '../../text/translate.ts';
import { reasonSentence } from '../../text/wire-sentence.ts';
import { type Policy, type PolicyRule, rulesOf, withRule } from './policy.ts';

const SHOWN = 4;

const suggestionSchema = z.object({
  agentId: z.string(),
  entries: z.array(z.object({ pattern: z.string(), args: z.optional(z.array(z.string())) })),
  removes: z.number(),
  risk: z.enum(['low', 'high']),
  why: z.string(),
  commands: z.array(z.string()),
});
type Suggestion = z.infer<typeof suggestionSchema>;

/** Entries that would have made questions of the past unnecessary. Taking one changes the draft, not the file. */
export function PolicySuggestions(props: {
  nodeId: string;
  agent: string;
  policy: Policy;
  onChange: (policy: Policy) => void;
}) {
  const { nodeId, agent, policy, onChange } = props;
  const { link } = useApp();
  const suggestions = useMemo(
    () =>
      createResource<Suggestion[]>(link, {
        load: async () =>
          link.offers('exec.approvals.suggest')
            ? listOf(
                suggestionSchema,
                property(await link.call('exec.approvals.suggest', { nodeId }), 'suggestions'),
              )
            : [],
        events: ['exec.approval.resolved'],
        everyMs: 60_000,
      }),
    [link, nodeId],
  );
  useResource(suggestions);
  const known = rulesOf(policy, agent);
  const isNew = ({ agentId, entries }: Suggestion) =>
    agentId === agent && entries.some((entry) => !known.some((rule) => ruleLine(rule) === ruleLine(entry)));
  const open = (suggestions.value.value ?? []).filter(isNew);
  if (open.length === 0) return null;
  return (
    <div class="stack tight suggestions">
      <h3 class="row">
        <Icon name="idea" />
        {t('suggest.title')}
      </h3>
      <ul class="list">
        {open.slice(0, SHOWN).map((suggestion) => (
          <li key={suggestion.entries.map(ruleLine).join('\n')} class="list-row">
            <span class="grow">
              {suggestion.entries.map((entry) => (
                <code key={ruleLine(entry)}>
                  <Outside text={ruleLine(entry)} />
                  {entry.args === undefined && <span class="muted"> {t('rules.anyArguments')}</span>}
                </code>
              ))}
              <span class="muted small">
                {plural('suggest.removes', suggestion.removes)}{' '}
                <Outside text={reasonSentence(suggestion.why)} />
              </span>
            </span>
            <Badge tone={suggestion.risk === 'low' ? 'good' : 'warn'}>
              {t(`suggest.${suggestion.risk}`)}
            </Badge>
            <button
              type="button"
              class="button small"
              aria-label={t('suggest.takeName', {
                pattern: writtenOut(suggestion.entries.map(ruleLine).join(', ')),
              })}
              onClick={() =>
                onChange(
                  suggestion.entries.reduce<Policy>(
                    (file, { pattern, args }) =>
                      withRule(file, agent, { pattern, ...(args === undefined ? {} : { args }) }),
                    policy,
                  ),
                )
              }
            >
              {t('suggest.take')}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** An entry as people read it. */
export function ruleLine({
  pattern,
  args,
  argPattern,
}: Pick<PolicyRule, 'pattern' | 'args' | 'argPattern'>): string {
  if (argPattern !== undefined) return `${pattern} ~ ${argPattern}`;
  return args === undefined || args.length === 0 ? pattern : `${pattern} ${shellLine(args)}`;
}
