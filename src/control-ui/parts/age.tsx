import { useApp } from '../app.ts';
import { gatewayNowMs, nowMs } from '../data/clock.ts';
import type { Resource } from '../data/resource.ts';
import { t } from '../text/translate.ts';
import { Icon } from './icon.tsx';

/**
 * How long ago something was, moving on by itself; the exact time is in the title. Times are the gateway's unless they
 * were taken `here`: the two clocks may differ.
 */
export function Age({ atMs, clock = 'gateway' }: { atMs: number | undefined; clock?: 'gateway' | 'here' }) {
  // A number from outside can be no time at all; dates end at 8.64e15 (ECMAScript, time values).
  if (atMs === undefined || Math.abs(atMs) > 8e15) return <span>—</span>;
  const agoMs = (clock === 'here' ? nowMs : gatewayNowMs).value - atMs;
  return (
    <time dateTime={new Date(atMs).toISOString()} title={localTime(atMs)}>
      {agoMs < 1_000 ? t('age.now') : t('age.ago', { duration: durationText(agoMs) })}
    </time>
  );
}

/** `2026-11-28 06:07:08` here. Not by Intl, whose first use costs the first view 15 ms. */
function localTime(atMs: number): string {
  const date = new Date(atMs - new Date(atMs).getTimezoneOffset() * 60_000);
  return date.toISOString().slice(0, 19).replace('T', ' ');
}

/** `42 s`, `5 min`, `3 h`, `2 d`: one unit, rounded down. */
export function durationText(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / 1000));
  if (seconds < 60) return t('age.s', { n: seconds });
  if (seconds < 3_600) return t('age.min', { n: Math.floor(seconds / 60) });
  if (seconds < 86_400) return t('age.h', { n: Math.floor(seconds / 3_600) });
  return t('age.d', { n: Math.floor(seconds / 86_400) });
}

/** Was a value not renewed when it should have been? One missed renewal is a hiccup. */
export function isOutOfDate({
  loadedAtMs,
  everyMs,
}: Pick<Resource<unknown>, 'loadedAtMs' | 'everyMs'>): boolean {
  const at = loadedAtMs.value;
  return at !== undefined && everyMs !== undefined && nowMs.value - at > 2 * everyMs + 1_000;
}

/** When a panel's data is from, whether it is stale, and a way to load it again. */
export function Freshness({ of }: { of: Pick<Resource<unknown>, 'loadedAtMs' | 'everyMs' | 'refresh'> }) {
  const { link } = useApp();
  const at = of.loadedAtMs.value;
  const isStale = isOutOfDate(of);
  return (
    <span class={isStale ? 'freshness stale' : 'freshness'}>
      {isStale && <Icon name="warning" />}
      {at === undefined ? t('age.never') : <Age atMs={at} clock="here" />}
      {isStale && <strong>{t('age.stale')}</strong>}
      <button
        type="button"
        class="icon-button"
        aria-label={t('action.refresh')}
        disabled={link.state.value.kind !== 'connected'}
        onClick={() => void of.refresh()}
      >
        <Icon name="refresh" />
      </button>
    </span>
  );
}
