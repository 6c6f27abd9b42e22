import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useApp } from '../../app.ts';
import { type FixStep, type Repair, repairSchema } from '../../data/doctor-wire.ts';
import { doctorSentence } from '../../text/doctor-sentence.ts';
import { reasonText } from '../../text/reason.ts';
import { t } from '../../text/translate.ts';
import { ActionButton } from '../action-button.tsx';
import { Badge, Notice } from '../badge.tsx';
import { Dialog } from '../dialog.tsx';
import { InlineCode } from '../inline-code.tsx';
import { Outside } from '../outside-text.tsx';
import { Loading } from '../panel.tsx';
import { describeStep } from './describe-step.ts';

type Stage =
  | { kind: 'planning' }
  | { kind: 'failed'; why: string }
  | { kind: 'planned'; plan: Repair }
  | { kind: 'done'; repair: Repair };

/** Which findings to put right, and what the dialog calls them. */
export type FixRequest = { ids: string[]; title: string };

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

/** Shows exactly what would be changed, does it after a yes, and says what became of it. */
function FixDialog(props: FixRequest & { onClose: () => void }) {
  const { link, doctor } = useApp();
  const stage = useSignal<Stage>({ kind: 'planning' });
  const ask = async (dryRun: boolean): Promise<Repair> => {
    const answer = await link.call('doctor.fix', { ids: props.ids, dryRun }, { timeoutMs: 60_000 });
    const parsed = repairSchema.safeParse(answer);
    if (!parsed.success) throw new Error(t('reason.unreadable'));
    return parsed.data;
  };
  useEffect(() => {
    ask(true).then(
      (plan) => {
        stage.value = { kind: 'planned', plan };
      },
      (thrown: unknown) => {
        stage.value = { kind: 'failed', why: reasonText(thrown) };
      },
    );
  }, []);
  const now = stage.value;
  return (
    <Dialog title={t('fix.title')} onClose={props.onClose}>
      <div class="stack">
        <p>
          <Outside text={props.title} />
        </p>
        {now.kind === 'planning' && <Loading />}
        {now.kind === 'failed' && <Notice tone="bad">{now.why}</Notice>}
        {now.kind === 'planned' && <Plan plan={now.plan} />}
        {now.kind === 'done' && <Outcome repair={now.repair} />}
        <div class="row end">
          <button type="button" class="button" onClick={props.onClose}>
            {now.kind === 'planned' ? t('action.cancel') : t('action.close')}
          </button>
          {now.kind === 'planned' && now.plan.planned.length > 0 && (
            <ActionButton
              tone="primary"
              run={async () => {
                const repair = await ask(false);
                stage.value = { kind: 'done', repair };
                await doctor.refresh();
              }}
            >
              {t('fix.do')}
            </ActionButton>
          )}
        </div>
      </div>
    </Dialog>
  );
}

function Plan({ plan }: { plan: Repair }) {
  if (plan.planned.length === 0) return <p>{t('fix.nothing')}</p>;
  return (
    <>
      {plan.planned.map(({ id, risk, class: riskClass, steps }) => (
        <div key={id} class="stack tight">
          <h3>{t('fix.steps')}</h3>
          <ol class="fix-steps">
            {steps.map((step, index) => (
              <li key={index}>
                <StepText step={step} />
              </li>
            ))}
          </ol>
          <Notice tone={riskClass === 'safe' ? 'info' : 'warn'}>
            <p>
              <strong>{t('fix.risk')}</strong> <Outside text={doctorSentence(risk)} />
            </p>
          </Notice>
        </div>
      ))}
    </>
  );
}

/** A step as what it changes from and to, so that nobody has to know the command behind it. */
function StepText({ step }: { step: FixStep }) {
  const shown = describeStep(step);
  return (
    <>
      <code>
        <Outside text={shown.what} maxChars={2_000} />
      </code>
      {'from' in shown && (
        <span class="from-to">
          <del>{shown.from}</del> → <ins>{shown.to}</ins>
        </span>
      )}
      {'note' in shown && <span class="from-to">{shown.note}</span>}
    </>
  );
}

function Outcome({ repair }: { repair: Repair }) {
  return (
    <>
      <ul class="fix-steps">
        {repair.did.map(({ step, result }, index) => (
          <li key={index}>
            <Badge tone={result.kind === 'done' ? 'good' : result.kind === 'failed' ? 'bad' : 'idle'}>
              {t(
                `fix.${result.kind === 'done' ? 'done' : result.kind === 'failed' ? 'failed' : 'notNeeded'}`,
              )}
            </Badge>
            <StepText step={step} />
            {result.why !== undefined && (
              <span class="muted">
                <Outside text={result.why} />
              </span>
            )}
          </li>
        ))}
      </ul>
      {repair.stillThere.length > 0 ? (
        <Notice tone="warn">{t('fix.stillThere')}</Notice>
      ) : (
        <Notice tone="good">{t('fix.gone')}</Notice>
      )}
      <p class="note">
        <InlineCode text={t('fix.undo')} />
      </p>
    </>
  );
}
