import { effect } from '@preact/signals';
import type { App } from '../app.ts';
import { openApprovals } from '../data/attention.ts';
import { gatewayNowMs } from '../data/clock.ts';
import { t } from '../text/translate.ts';

/** Puts the number of waiting decisions into the title, and a mark on the icon of the tab. */
export function drawAttention(app: App): void {
  const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]');
  effect(() => {
    const count = waitingCount(app);
    const place = location.hostname;
    document.title = `${count > 0 ? `(${count}) ` : ''}${t('page.title', { place })}`;
    const wanted = count > 0 ? './assets/attention.svg' : './assets/quiet.svg';
    if (icon !== null && icon.getAttribute('href') !== wanted) icon.setAttribute('href', wanted);
  });
}

/** Decisions that wait for somebody. */
function waitingCount(app: App): number {
  return (
    openApprovals(app.approvals.value.value, gatewayNowMs.value).length +
    (app.pairing.value.value?.pending.length ?? 0)
  );
}
