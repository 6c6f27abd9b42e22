import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import { useApp, useResource } from '../../app.ts';
import { openApprovals } from '../../data/attention.ts';
import { nowMs } from '../../data/clock.ts';
import { durationText } from '../../parts/age.tsx';
import { Badge, Notice } from '../../parts/badge.tsx';
import { Loading, Panel } from '../../parts/panel.tsx';
import { Sparkline } from '../../parts/sparkline.tsx';
import { plural, t } from '../../text/translate.ts';
import { Connected } from './connected.tsx';
import { createServiceFacts } from './service-facts.ts';
import { truth } from './truth.ts';

/** First screen: how the service is, in one sentence, then the facts behind it. */
export function Overview() {
  const app = useApp();
  const facts = useMemo(() => createServiceFacts(app.link), [app.link]);
  useResource(facts);
  const known = facts.value.value;
  const pendingDevices = app.pairing.value.value?.pending.length ?? 0;
  const pendingApprovals = openApprovals(app.approvals.value.value, nowMs.value).length;
  const sentence = truth({
    host: location.host,
    isConnected: app.link.state.value.kind === 'connected',
    readiness: known?.readiness,
    nodes: app.nodes.value.value,
    pendingDevices,
    pendingApprovals,
  });
  return (
    <div class="stack">
      <p class={`truth ${sentence.tone}`}>
        <Badge tone={sentence.tone}>{t(`tone.${sentence.tone}`)}</Badge>
        <span>{sentence.text}</span>
      </p>
      {pendingDevices > 0 && (
        <Notice tone="wait">
          <p>
            {plural('overview.devicesWait', pendingDevices)} <a href="#/nodes">{t('overview.decide')}</a>
          </p>
        </Notice>
      )}
      {pendingApprovals > 0 && (
        <Notice tone="wait">
          <p>
            {plural('overview.commandsWait', pendingApprovals)}{' '}
            <a href="#/approvals">{t('overview.decide')}</a>
          </p>
        </Notice>
      )}
      <Panel title={t('overview.service')} of={facts}>
        {known === undefined ? (
          <Loading />
        ) : (
          <dl class="facts">
            <Fact name={t('overview.state')}>
              <Badge tone={known.readiness?.ready === true ? 'good' : 'bad'}>
                {known.readiness?.ready === true ? t('overview.ready') : t('overview.notReady')}
              </Badge>
            </Fact>
            <Fact name={t('overview.process')}>
              {known.identity === undefined ? '—' : t('overview.pid', { pid: known.identity.pid })}
            </Fact>
            <Fact name={t('overview.version')}>{known.gateway?.version ?? '—'}</Fact>
            <Fact name={t('overview.uptime')}>
              {known.startedAtMs === undefined ? '—' : durationText(nowMs.value - known.startedAtMs)}
            </Fact>
            <Fact name={t('overview.connections')}>{known.gateway?.connections ?? '—'}</Fact>
            <Fact name={t('overview.running')}>{known.gateway?.runningInvokes ?? '—'}</Fact>
            <Fact name={t('overview.failedSignIns')}>
              {(known.gateway?.failedAuthentications ?? []).length === 0 ? (
                t('overview.none')
              ) : (
                <Badge tone="warn">{known.gateway?.failedAuthentications?.length}</Badge>
              )}
            </Fact>
            <Fact name={t('overview.roundTrip')}>
              <span class="row">
                {t('overview.ms', { n: known.roundTripsMs.at(-1)?.toFixed(1) ?? '—' })}
                <Sparkline values={known.roundTripsMs} label={t('overview.roundTripChart')} />
              </span>
            </Fact>
          </dl>
        )}
      </Panel>
      <Connected />
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
