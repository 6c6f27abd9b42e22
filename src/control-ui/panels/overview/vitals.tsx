import type { ComponentChildren } from 'preact';
import type { Resource } from '../../data/resource.ts';
import { durationText } from '../../parts/age.tsx';
import { bytesText, percentText } from '../../parts/amount.ts';
import { Loading, Panel } from '../../parts/panel.tsx';
import { type Point, Sparkline } from '../../parts/sparkline.tsx';
import { t } from '../../text/translate.ts';
import type { ServiceFacts } from './service-facts.ts';

/** How the gateway's process does: answering, computing, remembering. */
export function Vitals({ facts }: { facts: Resource<ServiceFacts> }) {
  const known = facts.value.value;
  const vitals = known?.vitals ?? [];
  const busy = vitals.map(({ atMs, busy: value }) => ({ atMs, value }));
  const memory = vitals.map(({ atMs, rssBytes: value }) => ({ atMs, value }));
  return (
    <Panel title={t('vitals.title')} of={facts}>
      {known === undefined ? (
        <Loading />
      ) : (
        <div class="vitals">
          <Vital name={t('vitals.roundTrip')} points={known.roundTripsMs}>
            {t('overview.ms', { n: known.roundTripsMs.at(-1)?.value.toFixed(1) ?? '—' })}
          </Vital>
          <Vital name={t('vitals.busy')} points={busy}>
            {vitals.length === 0 ? '—' : percentText(vitals.at(-1)?.busy ?? 0)}
          </Vital>
          <Vital name={t('vitals.memory')} points={memory}>
            {vitals.length === 0 ? '—' : bytesText(vitals.at(-1)?.rssBytes ?? 0)}
          </Vital>
        </div>
      )}
    </Panel>
  );
}

function Vital(props: { name: string; points: readonly Point[]; children: ComponentChildren }) {
  const { name, points } = props;
  const spanMs = (points.at(-1)?.atMs ?? 0) - (points[0]?.atMs ?? 0);
  return (
    <div class="vital">
      <span class="vital-name">{name}</span>
      <span class="vital-value">{props.children}</span>
      <Sparkline points={points} label={t('vitals.chart', { name, duration: durationText(spanMs) })} />
      <span class="vital-span">
        {spanMs < 1_000 ? t('vitals.starting') : t('vitals.last', { duration: durationText(spanMs) })}
      </span>
    </div>
  );
}
