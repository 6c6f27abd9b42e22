import { useApp } from '../../app.ts';
import { nowMs } from '../../data/clock.ts';
import { MAX_OUTPUT_CHARS, type Run, type RunState } from '../../data/runs.ts';
import { Age, durationText } from '../../parts/age.tsx';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { Outside } from '../../parts/outside-text.tsx';
import { ScrollText } from '../../parts/scroll-text.tsx';
import { EVERY_LINE, writtenOut } from '../../parts/visible-text.ts';
import { t } from '../../text/translate.ts';
import { ApprovalCard } from '../approvals/approval-card.tsx';

/** A command, its output while it comes, and how it ended. */
export function RunView({ run }: { run: Run }) {
  const { approvals } = useApp();
  const state = run.state.value;
  const { tone, text } = describe(state, nowMs.value - run.startedAtMs);
  const question =
    state.kind === 'asking' ? approvals.value.value?.find(({ id }) => id === state.approvalId) : undefined;
  const isOpen = state.kind === 'running' || state.kind === 'asking';
  return (
    <li class="run">
      <div class="run-head">
        <code>
          <Outside text={run.text} />
        </code>
        <Badge tone={tone}>{writtenOut(text)}</Badge>
        {!isOpen && (
          <span class="muted small">
            <Age atMs={state.atMs} clock="here" />
          </span>
        )}
        {isOpen && (
          <button type="button" class="button" onClick={run.cancel}>
            {t('run.cancel')}
          </button>
        )}
      </div>
      {question !== undefined && <ApprovalCard approval={question} />}
      {run.output.value !== '' && (
        <ScrollText class="output" label={t('run.output')} grows>
          {writtenOut(run.output.value, EVERY_LINE)}
        </ScrollText>
      )}
      {run.output.value.length > MAX_OUTPUT_CHARS && <p class="note">{t('run.cut')}</p>}
    </li>
  );
}

function describe(state: RunState, ranMs: number): { tone: Tone; text: string } {
  switch (state.kind) {
    case 'running':
      return { tone: 'wait', text: t('run.running', { duration: durationText(ranMs) }) };
    case 'asking':
      return { tone: 'wait', text: t('run.asking') };
    case 'refused':
      return { tone: 'bad', text: state.why };
    case 'ended': {
      const { exitCode, signal, timedOut, error, endedBy } = state.result;
      if (exitCode === 0) return { tone: 'good', text: t('run.ok') };
      if (endedBy === 'cancel') return { tone: 'idle', text: t('run.cancelled') };
      if (timedOut === true) return { tone: 'bad', text: t('run.timedOut') };
      if (exitCode !== undefined) return { tone: 'bad', text: t('run.status', { status: exitCode }) };
      if (signal !== undefined) return { tone: 'bad', text: t('run.signal', { signal }) };
      return { tone: 'bad', text: error ?? t('run.unreadable') };
    }
  }
}
