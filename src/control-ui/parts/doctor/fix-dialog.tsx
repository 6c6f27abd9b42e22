import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { RequestError } from '../../../protocol/index.ts';
import { useApp } from '../../app.ts';
import { type Keep, type Repair, type RiskClass, repairSchema } from '../../data/doctor-wire.ts';
import { reasonText } from '../../text/reason.ts';
import { t } from '../../text/translate.ts';
import { ActionButton } from '../action-button.tsx';
import { Notice } from '../badge.tsx';
import { Dialog } from '../dialog.tsx';
import { Outside } from '../outside-text.tsx';
import { Loading } from '../panel.tsx';
import { FixOutcome } from './fix-outcome.tsx';
import { FixPlan, wayOf } from './fix-plan.tsx';

type Stage =
  | { kind: 'planning' }
  | { kind: 'failed'; why: string }
  | { kind: 'planned'; plan: Repair }
  /** The gateway of this page has ended for it; what became of it is told by the next one. */
  | { kind: 'interrupted' }
  | { kind: 'done'; did: Repair['did']; stillThere: readonly string[] };

/** Which findings to put right, what the dialog calls them, and the most that may be risked. */
export type FixRequest = { ids: string[]; title: string; risk: RiskClass };

/** Looks after an interruption: what the last steps change may take a moment to be seen. */
const LOOKS = 4;
const PAUSE_MS = 2_000;

/**
 * The dialog of a panel that lists findings. It belongs to the panel and not to the row: a finding that is put right
 * leaves the list before anybody has read what became of it.
 */
export function useFixDialog() {
  const request = useSignal<FixRequest | undefined>(undefined);
  return {
    onFix: (wanted: FixRequest) => {
      request.value = wanted;
    },
    dialog: request.value !== undefined && (
      <FixDialog
        {...request.value}
        onClose={() => {
          request.value = undefined;
        }}
      />
    ),
  };
}

/** Shows exactly what would be changed, does it after a yes, and says what became of it, across a restart too. */
function FixDialog(props: FixRequest & { onClose: () => void }) {
  const { link, doctor } = useApp();
  const { ids } = props;
  const stage = useSignal<Stage>({ kind: 'planning' });
  const keep = useSignal<Keep | undefined>(undefined);
  const ask = async (what: { dryRun: boolean; risk: RiskClass }): Promise<Repair> => {
    const params = { ids, ...what, ...(keep.value === undefined ? {} : { keep: keep.value }) };
    const parsed = repairSchema.safeParse(await link.call('doctor.fix', params, { timeoutMs: 60_000 }));
    if (!parsed.success) throw new Error(t('reason.unreadable'));
    return parsed.data;
  };
  useEffect(() => {
    ask({ dryRun: true, risk: props.risk }).then(
      (plan) => {
        keep.value = plan.planned[0]?.alternatives?.[0]?.keep;
        stage.value = { kind: 'planned', plan };
      },
      (thrown: unknown) => {
        stage.value = { kind: 'failed', why: reasonText(thrown) };
      },
    );
  }, []);
  const now = stage.value;
  const isConnected = link.state.value.kind === 'connected';
  useEffect(() => {
    if (now.kind !== 'interrupted' || !isConnected) return undefined;
    let isCurrent = true;
    void lookAgain(async () => {
      await doctor.refresh();
      const left = (doctor.value.value?.findings ?? []).filter(({ id }) => ids.includes(id));
      return left.map(({ id }) => id);
    }).then((stillThere) => {
      if (isCurrent) stage.value = { kind: 'done', did: [], stillThere };
    });
    return () => {
      isCurrent = false;
    };
  }, [now.kind, isConnected]);
  const risk = now.kind === 'planned' ? worstRisk(now.plan, keep.value) : 'safe';
  const run = async () => {
    try {
      const { did, stillThere } = await ask({ dryRun: false, risk });
      stage.value = { kind: 'done', did, stillThere };
    } catch (thrown) {
      if (risk !== 'interrupts' || !isConnectionLost(thrown)) throw thrown;
      stage.value = { kind: 'interrupted' };
      return;
    }
    await doctor.refresh();
  };
  return (
    <Dialog title={t('fix.title')} onClose={props.onClose}>
      <div class="stack">
        <p>
          <Outside text={props.title} />
        </p>
        {now.kind === 'planning' && <Loading />}
        {now.kind === 'failed' && <Notice tone="bad">{now.why}</Notice>}
        {now.kind === 'planned' && <FixPlan plan={now.plan} keep={keep} />}
        {now.kind === 'interrupted' && (
          <Notice tone="wait">{isConnected ? t('fix.looking') : t('fix.interrupted')}</Notice>
        )}
        {now.kind === 'done' && <FixOutcome did={now.did} stillThere={now.stillThere} />}
        <div class="row end">
          <button type="button" class="button" onClick={props.onClose}>
            {now.kind === 'planned' ? t('action.cancel') : t('action.close')}
          </button>
          {now.kind === 'planned' && now.plan.planned.length > 0 && (
            <ActionButton tone={risk === 'interrupts' ? 'danger' : 'primary'} run={run}>
              {risk === 'interrupts' ? t('fix.interrupt') : t('fix.do')}
            </ActionButton>
          )}
        </div>
      </div>
    </Dialog>
  );
}

/** It was sent, and the connection ended before the answer. */
function isConnectionLost(thrown: unknown): boolean {
  return thrown instanceof RequestError && thrown.shape.code === 'CLOSED';
}

/** Looks until nothing is left, a few times. */
async function lookAgain(look: () => Promise<string[]>): Promise<string[]> {
  let left = await look();
  for (let looks = 1; looks < LOOKS && left.length > 0; looks += 1) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    left = await look();
  }
  return left;
}

const RISKS: readonly RiskClass[] = ['safe', 'service', 'interrupts'];

/** The most that the chosen ways risk. */
function worstRisk({ planned }: Repair, keep: Keep | undefined): RiskClass {
  const worst = Math.max(0, ...planned.map((one) => RISKS.indexOf(wayOf(one, keep).class)));
  return RISKS[worst] ?? 'interrupts';
}
