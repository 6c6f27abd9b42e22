import { useApp } from '../app.ts';
import { openApprovals } from '../data/attention.ts';
import { gatewayNowMs } from '../data/clock.ts';
import { Icon } from '../parts/icon.tsx';
import { Outside } from '../parts/outside-text.tsx';
import { plural, t } from '../text/translate.ts';
import { PANELS } from './panels.ts';
import { PANEL_NAMES, type PanelName } from './route.ts';

/** The list of panels, with what waits in each. */
export function Nav({ current }: { current: PanelName }) {
  const app = useApp();
  const waiting: Partial<Record<PanelName, number>> = {
    nodes: app.pairing.value.value?.pending.length ?? 0,
    approvals: openApprovals(app.approvals.value.value, gatewayNowMs.value).length,
  };
  const summary = app.doctor.value.value?.summary;
  const problems = (summary?.error ?? 0) + (summary?.warning ?? 0);
  const server = app.link.server.value;
  return (
    <nav class="nav" aria-label={t('nav.label')}>
      <p class="brand">
        <img src="./assets/quiet.svg" alt="" width="28" height="28" />
        <span>Clawdbot</span>
      </p>
      <ul>
        {PANEL_NAMES.filter((name) => app.link.may(PANELS[name].needs)).map((name) => {
          const count = waiting[name] ?? 0;
          return (
            <li key={name}>
              <a href={`#/${name}`} aria-current={name === current ? 'page' : undefined}>
                <Icon name={PANELS[name].icon} />
                <span>{t(`nav.${name}`)}</span>
                {count > 0 && (
                  <span class="count">
                    <span aria-hidden="true">{count}</span>
                    <span class="sr-only">{plural('nav.waiting', count)}</span>
                  </span>
                )}
                {name === 'doctor' && problems > 0 && (
                  <span class={(summary?.error ?? 0) > 0 ? 'count bad' : 'count'}>
                    <span aria-hidden="true">{problems}</span>
                    <span class="sr-only">{plural('nav.problems', problems)}</span>
                  </span>
                )}
              </a>
            </li>
          );
        })}
      </ul>
      {server !== undefined && (
        <p class="nav-foot">
          <strong>
            <Outside text={server.host ?? location.hostname} maxChars={60} />
          </strong>
          {t('nav.version', { version: server.version })}
        </p>
      )}
    </nav>
  );
}
