import { nowMs } from '../../data/clock.ts';
import type { Resource } from '../../data/resource.ts';
import type { ServiceStatus, UnitView } from '../../data/service-wire.ts';
import { Age, durationText } from '../../parts/age.tsx';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { Fact } from '../../parts/facts.tsx';
import { InlineCode } from '../../parts/inline-code.tsx';
import { Outside } from '../../parts/outside-text.tsx';
import { Loading, Panel } from '../../parts/panel.tsx';
import { plural, t } from '../../text/translate.ts';
import { wireSentence } from '../../text/wire-sentence.ts';
import type { ServiceFacts } from './service-facts.ts';

/** Ends shown; the journal has the rest. */
const ENDS_SHOWN = 5;

/** Who owns the service, what keeps it running, and how often that was needed. */
export function Service(props: { facts: Resource<ServiceFacts>; status: Resource<ServiceStatus | null> }) {
  const known = props.facts.value.value;
  const status = props.status.value.value;
  const owner = status?.owner;
  const isReady = known?.readiness?.ready === true;
  return (
    <Panel
      title={t('overview.service')}
      of={props.status}
      badge={
        known !== undefined && (
          <Badge tone={isReady ? 'good' : 'bad'}>
            {isReady ? t('overview.ready') : t('overview.notReady')}
          </Badge>
        )
      }
    >
      {known === undefined ? (
        <Loading />
      ) : (
        <>
          <dl class="facts">
            <Fact name={t('overview.process')}>
              {known.identity === undefined ? '—' : t('overview.pid', { pid: known.identity.pid })}
            </Fact>
            <Fact name={t('overview.uptime')}>
              {known.startedAtMs === undefined ? '—' : durationText(nowMs.value - known.startedAtMs)}
            </Fact>
            {owner != null && (
              <>
                <Fact name={t('service.startedBy')}>
                  <Outside text={wireSentence(owner.startedBy.text)} maxChars={120} />
                </Fact>
                <Fact name={t('service.lock')}>
                  {owner.hasLock === 'yes' ? (
                    <Badge tone="good">{t('service.lock.yes')}</Badge>
                  ) : (
                    <Badge tone={owner.hasLock === 'no' ? 'bad' : 'idle'}>
                      {t(`service.lock.${owner.hasLock}`)}
                    </Badge>
                  )}
                </Fact>
              </>
            )}
            <Fact name={t('overview.connections')}>{known.gateway?.connections ?? '—'}</Fact>
            <Fact name={t('overview.running')}>{known.gateway?.runningInvokes ?? '—'}</Fact>
            <Fact name={t('overview.version')}>{known.gateway?.version ?? '—'}</Fact>
            <Fact name={t('overview.failedSignIns')}>
              {(known.gateway?.failedAuthentications ?? []).length === 0 ? (
                t('overview.none')
              ) : (
                <Badge tone="warn">{known.gateway?.failedAuthentications?.length}</Badge>
              )}
            </Fact>
          </dl>
          {status === null && <p class="note">{t('service.cannotTell')}</p>}
          {status != null && <Keepers status={status} />}
        </>
      )}
    </Panel>
  );
}

/** Units and supervisors that start it again, and the ends that made them do so. */
function Keepers({ status }: { status: ServiceStatus }) {
  const { units, supervisor, standbys, ends } = status;
  return (
    <>
      <h3 class="sub">{t('service.keptBy')}</h3>
      <ul class="list">
        {units.map((unit) => (
          <UnitRow key={`${unit.scope} ${unit.unit}`} unit={unit} />
        ))}
        {supervisor !== null && (
          <li class="list-row">
            <strong>{t('service.supervisor', { pid: supervisor.pid })}</strong>
            {supervisor.services.map(({ name, state, restarts, givenUp }) => (
              <span key={name} class="muted">
                <Outside text={name} maxChars={60} />: {state}, {plural('service.restarts', restarts)}
                {givenUp !== undefined && <Badge tone="bad">{givenUp}</Badge>}
              </span>
            ))}
          </li>
        )}
        {standbys.map(({ pid, startedBy, sinceMs }) => (
          <li key={pid} class="list-row">
            <strong>{t('service.standby', { pid })}</strong>
            <span class="muted">
              <Outside text={wireSentence(startedBy)} maxChars={120} />
            </span>
            <span class="muted end">
              <Age atMs={sinceMs} />
            </span>
          </li>
        ))}
        {units.length === 0 && supervisor === null && (
          <li class="list-row">
            <Badge tone="warn">{t('service.nobody')}</Badge>
            <span class="muted">
              <InlineCode text={t('service.nobodyHelp')} />
            </span>
          </li>
        )}
      </ul>
      <h3 class="sub">{t('service.ends')}</h3>
      {ends.length === 0 ? (
        <p class="muted">{t('service.noEnds')}</p>
      ) : (
        <ul class="list">
          {ends
            .slice(-ENDS_SHOWN)
            .reverse()
            .map(({ service, atMs, cause, gaveUp }) => (
              <li key={`${service} ${atMs}`} class="list-row">
                <span>
                  <Outside text={wireSentence(cause)} maxChars={200} />
                </span>
                {gaveUp && <Badge tone="bad">{t('service.gaveUp')}</Badge>}
                <span class="muted end">
                  <Age atMs={atMs} />
                </span>
              </li>
            ))}
        </ul>
      )}
    </>
  );
}

function UnitRow({ unit }: { unit: UnitView }) {
  const { activeState, subState, restarts } = unit;
  const tone: Tone = activeState === 'active' ? 'good' : activeState === 'failed' ? 'bad' : 'idle';
  return (
    <li class="list-row">
      <strong>
        <Outside text={unit.unit} maxChars={80} />
      </strong>
      <Badge tone={tone}>
        {[activeState, subState].filter(Boolean).join(', ') || t('service.unitUnknown')}
      </Badge>
      {!unit.enabled && <Badge tone="warn">{t('service.notEnabled')}</Badge>}
      {!unit.isOurs && <Badge tone="warn">{unit.product}</Badge>}
      <span class="muted end">
        {unit.scope === 'user' ? t('service.userUnit') : t('service.systemUnit')}
        {restarts !== undefined && ` · ${plural('service.restarts', restarts)}`}
      </span>
    </li>
  );
}
