import { type ReadonlySignal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useApp } from '../../app.ts';
import { type Explanation, explain } from '../../data/explain.ts';
import { shellArgv } from '../../data/runs.ts';
import { Badge, Notice } from '../../parts/badge.tsx';
import { Outside } from '../../parts/outside-text.tsx';
import { reasonText } from '../../text/reason.ts';
import { t } from '../../text/translate.ts';
import { reasonSentence } from '../../text/wire-sentence.ts';
import type { Policy } from './policy.ts';
import { Programs } from './programs.tsx';

/** Wait this long after the last key, so that a line typed quickly is one question. */
const PAUSE_MS = 250;
const TONES = { allow: 'good', ask: 'wait', deny: 'bad' } as const;

type Answer = { kind: 'explained'; explanation: Explanation } | { kind: 'failed'; why: string };

/** Type a command, see what the rules as they are on this page, saved or not, would make of it. Nothing runs. */
export function PolicyTester(props: {
  nodeId: string;
  agent: string;
  draft: Policy;
  isChanged: boolean;
  text: ReadonlySignal<string> & { value: string };
}) {
  const { nodeId, agent, draft, isChanged, text } = props;
  const { link } = useApp();
  const answer = useSignal<Answer | undefined>(undefined);
  const command = text.value.trim();
  const file = isChanged ? JSON.stringify(draft) : undefined;
  useEffect(() => {
    if (command === '') {
      answer.value = undefined;
      return undefined;
    }
    let isCurrent = true;
    const timer = setTimeout(() => {
      explain(link, {
        nodeId,
        command: shellArgv(command),
        rawCommand: command,
        agentId: agent,
        ...(file === undefined ? {} : { file: JSON.parse(file) }),
      }).then(
        (explanation) => {
          if (isCurrent) answer.value = { kind: 'explained', explanation };
        },
        (thrown: unknown) => {
          if (isCurrent) answer.value = { kind: 'failed', why: reasonText(thrown) };
        },
      );
    }, PAUSE_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [command, nodeId, agent, file, link]);
  const now = answer.value;
  return (
    <div class="stack tight tester">
      <h3>{t('tester.title')}</h3>
      <input
        class="input mono"
        aria-label={t('tester.command')}
        placeholder="git status && ls -la"
        autoComplete="off"
        spellcheck={false}
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value;
        }}
      />
      <div aria-live="polite" class="stack tight">
        {now === undefined && <p class="note">{t('tester.help')}</p>}
        {now?.kind === 'failed' && <Notice tone="idle">{now.why}</Notice>}
        {now?.kind === 'explained' && (
          <>
            <p class="row">
              <Badge tone={TONES[now.explanation.decision]}>{t(`tester.${now.explanation.decision}`)}</Badge>
              <span>
                <Outside text={reasonSentence(now.explanation.reason)} />
              </span>
            </p>
            <Programs programs={now.explanation.programs} />
            <p class="note">{isChanged ? t('tester.unsaved') : t('tester.saved')}</p>
          </>
        )}
      </div>
    </div>
  );
}
