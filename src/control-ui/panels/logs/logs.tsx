import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { useApp } from '../../app.ts';
import { Badge, Empty, Notice } from '../../parts/badge.tsx';
import { Choice } from '../../parts/choice.tsx';
import { FilterInput } from '../../parts/filter-input.tsx';
import { plural, t } from '../../text/translate.ts';
import { createLogFollower } from './follow-log.ts';
import { filterLines, LEVELS, type Level, type LogLine } from './log-lines.ts';
import { LogList } from './log-list.tsx';

const STATES = {
  paused: { tone: 'idle', word: 'logs.paused' },
  live: { tone: 'good', word: 'logs.live' },
  stuck: { tone: 'warn', word: 'logs.stuck' },
} as const;

/** The gateway's log as it grows. */
export function Logs() {
  const { link } = useApp();
  const follower = useMemo(() => createLogFollower(link), [link]);
  useEffect(() => follower.start(), [follower]);
  const level = useSignal<Level>('trace');
  const text = useSignal('');
  const shown = useComputed(() => filterLines(follower.lines.value, level.value, text.value));
  const isReading = link.state.value.kind === 'connected' && follower.error.value === undefined;
  const state = follower.isPaused.value ? 'paused' : isReading ? 'live' : 'stuck';
  return (
    <section class="panel" aria-label={t('nav.logs')}>
      <header class="row tools-row">
        <Choice
          label={t('logs.level')}
          value={level.value}
          options={LEVELS.map((name) => [
            name,
            name === 'trace' ? t('logs.all') : t('logs.atLeast', { level: name }),
          ])}
          onChange={(chosen) => {
            level.value = chosen;
          }}
        />
        <FilterInput label={t('logs.filter')} text={text} />
        <button
          type="button"
          class="button"
          aria-pressed={follower.isPaused.value}
          onClick={() => {
            follower.isPaused.value = !follower.isPaused.value;
          }}
        >
          {follower.isPaused.value ? t('logs.resume') : t('logs.pause')}
        </button>
        <button
          type="button"
          class="button"
          disabled={shown.value.length === 0}
          onClick={() => download(shown.value)}
        >
          {t('logs.download')}
        </button>
      </header>
      {follower.error.value !== undefined && (
        <Notice tone="bad">{t('panel.cannotLoad', { why: follower.error.value })}</Notice>
      )}
      <p class="note row">
        <Badge tone={STATES[state].tone}>{t(STATES[state].word)}</Badge>
        <span>
          {plural('logs.lines', shown.value.length)}
          {follower.file.value !== undefined && ` · ${follower.file.value}`}
        </span>
      </p>
      {shown.value.length === 0 ? (
        <Empty title={follower.lines.value.length === 0 ? t('logs.empty') : t('logs.none')} />
      ) : (
        <LogList lines={shown.value} />
      )}
    </section>
  );
}

/** Saves what is shown, one JSON object per line. */
function download(lines: readonly LogLine[]): void {
  const text = lines.map(({ id: _id, ...line }) => JSON.stringify(line)).join('\n');
  const address = URL.createObjectURL(new Blob([`${text}\n`], { type: 'application/x-ndjson' }));
  const anchor = document.createElement('a');
  anchor.href = address;
  anchor.download = 'gateway-log.jsonl';
  anchor.click();
  URL.revokeObjectURL(address);
}
