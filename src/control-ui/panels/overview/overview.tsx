import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useApp, useResource } from '../../app.ts';
import { openApprovals } from '../../data/attention.ts';
import { gatewayNowMs } from '../../data/clock.ts';
import type { Resource } from '../../data/resource.ts';
import type { ServiceStatus } from '../../data/service-wire.ts';
import { whenIdle } from '../../data/when-idle.ts';
import { ToneIcon } from '../../parts/badge.tsx';
import { t } from '../../text/translate.ts';
import { Attention } from './attention.tsx';
import { Connected } from './connected.tsx';
import { Reach } from './reach.tsx';
import { Service } from './service.tsx';
import { type ServiceFacts, serviceFacts, serviceStatus } from './service-facts.ts';
import { truth } from './truth.ts';
import { Vitals } from './vitals.tsx';

/** First screen: how the service is, in one sentence, what needs somebody, then the facts behind it. */
export function Overview() {
  const { link } = useApp();
  const facts = serviceFacts(link);
  const status = serviceStatus(link);
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
  return (
    <div class="stack wide">
      <Truth facts={facts} status={status} />
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

/** The sentence, alone: it depends on everything, and nothing else is drawn again when something of that changes. */
function Truth(props: { facts: Resource<ServiceFacts>; status: Resource<ServiceStatus | null> }) {
  const app = useApp();
  const { tone, text } = truth({
    host: location.host,
    routeUrl: props.status.value.value?.route?.url,
    isConnected: app.link.state.value.kind === 'connected',
    readiness: props.facts.value.value?.readiness,
    nodes: app.nodes.value.value,
    pendingDevices: app.pairing.value.value?.pending.length ?? 0,
    pendingApprovals: openApprovals(app.approvals.value.value, gatewayNowMs.value).length,
    doctor: app.doctor.value.value,
    isDoctorSilent: app.doctor.error.value !== undefined,
  });
  return (
    <section class={`truth ${tone}`} aria-label={t('truth.label')}>
      <ToneIcon tone={tone} />
      <div>
        <h2>{t(`tone.${tone}`)}</h2>
        <p>{text}</p>
      </div>
    </section>
  );
}
