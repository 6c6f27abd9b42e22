import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { useApp, useResource } from '../../app.ts';
import { openApprovals } from '../../data/attention.ts';
import { nowMs } from '../../data/clock.ts';
import { whenIdle } from '../../data/when-idle.ts';
import { ToneIcon } from '../../parts/badge.tsx';
import { t } from '../../text/translate.ts';
import { Attention } from './attention.tsx';
import { Connected } from './connected.tsx';
import { Reach } from './reach.tsx';
import { Service } from './service.tsx';
import { createServiceFacts, createServiceStatus } from './service-facts.ts';
import { truth } from './truth.ts';
import { Vitals } from './vitals.tsx';

/** First screen: how the service is, in one sentence, what needs somebody, then the facts behind it. */
export function Overview() {
  const app = useApp();
  const facts = useMemo(() => createServiceFacts(app.link), [app.link]);
  const status = useMemo(() => createServiceStatus(app.link), [app.link]);
  // Below the first screen: drawn when that stands.
  const isAtRest = useSignal(false);
  useEffect(
    () =>
      whenIdle(() => {
        isAtRest.value = true;
      }),
    [],
  );
  useResource(facts);
  useResource(status);
  const sentence = truth({
    host: location.host,
    routeUrl: status.value.value?.route?.url,
    isConnected: app.link.state.value.kind === 'connected',
    readiness: facts.value.value?.readiness,
    nodes: app.nodes.value.value,
    pendingDevices: app.pairing.value.value?.pending.length ?? 0,
    pendingApprovals: openApprovals(app.approvals.value.value, nowMs.value).length,
    doctor: app.doctor.value.value,
  });
  return (
    <div class="stack wide">
      <section class={`truth ${sentence.tone}`} aria-label={t('truth.label')}>
        <ToneIcon tone={sentence.tone} />
        <div>
          <h2>{t(`tone.${sentence.tone}`)}</h2>
          <p>{sentence.text}</p>
        </div>
      </section>
      <Attention />
      <Vitals facts={facts} />
      {isAtRest.value && (
        <div class="columns">
          <Service facts={facts} status={status} />
          <div class="stack wide">
            <Reach status={status} />
            <Connected />
          </div>
        </div>
      )}
    </div>
  );
}
