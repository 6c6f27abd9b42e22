import { useApp } from '../app.ts';
import { nowMs } from '../data/clock.ts';
import { durationText } from '../parts/age.tsx';
import { Notice } from '../parts/badge.tsx';
import { lostText } from '../text/reason.ts';
import { t } from '../text/translate.ts';

/** Says that what is shown is old, since when and why, and when the page tries again. */
export function LostBanner() {
  const { link } = useApp();
  const state = link.state.value;
  const lostAtMs = link.lostAtMs.value;
  if (lostAtMs === undefined || state.kind === 'connected') return null;
  const retryAtMs = 'retryAtMs' in state ? state.retryAtMs : undefined;
  return (
    <div class="lost">
      <Notice tone="warn">
        <p>
          <strong>{t('lost.title', { duration: durationText(nowMs.value - lostAtMs) })}</strong>{' '}
          {t('lost.old')}{' '}
          {'why' in state && state.why !== undefined && t('lost.why', { why: lostText(state.why) })}
        </p>
        <div class="row">
          <span>
            {retryAtMs !== undefined && retryAtMs > nowMs.value
              ? t('lost.retryIn', { duration: durationText(retryAtMs - nowMs.value + 999) })
              : t('lost.trying')}
          </span>
          <button type="button" class="button" onClick={() => link.retryNow()}>
            {t('action.tryNow')}
          </button>
        </div>
      </Notice>
    </div>
  );
}
