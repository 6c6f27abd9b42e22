import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ApprovalDecision } from '../../../protocol/index.ts';
import { useApp } from '../../app.ts';
import { gatewayNowMs } from '../../data/clock.ts';
import { type ExplainedProgram, explain } from '../../data/explain.ts';
import type { Approval, Node } from '../../data/wire.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { durationText } from '../../parts/age.tsx';
import { Badge } from '../../parts/badge.tsx';
import { Fact } from '../../parts/facts.tsx';
import { Outside } from '../../parts/outside-text.tsx';
import { ScrollText } from '../../parts/scroll-text.tsx';
import { reasonText } from '../../text/reason.ts';
import { t } from '../../text/translate.ts';
import { reasonSentence } from '../../text/wire-sentence.ts';
import { Programs } from './programs.tsx';

/** Nobody reads more than this, and a longer command is refused by most shells. */
const MAX_SHOWN_CHARS = 20_000;
const KEYS: Readonly<Record<string, ApprovalDecision>> = { o: 'allow-once', a: 'allow-always', d: 'deny' };

/**
 * One question: the whole command with everything hidden made visible, which programs it would start, where, who asks,
 * for how long. While the card has the focus O, A and D answer.
 */
export function ApprovalCard({ approval }: { approval: Approval }) {
  const { link, approvals, nodes } = useApp();
  const { request, expiresAtMs, id } = approval;
  const refusal = useSignal<string | undefined>(undefined);
  const leftMs = expiresAtMs - gatewayNowMs.value;
  const node = nodes.value.value?.find(({ nodeId }) => nodeId === request.nodeId);
  const decide = async (decision: ApprovalDecision) => {
    try {
      await link.call('exec.approval.resolve', { id, decision });
    } finally {
      // Whether this answer counted or somebody else was faster: the gateway's list says what is still open.
      await approvals.refresh();
    }
  };
  const onKey = (event: KeyboardEvent) => {
    const decision = KEYS[event.key.toLowerCase()];
    // Only the card itself: a key pressed in something inside it is meant for that.
    if (decision === undefined || event.target !== event.currentTarget) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    event.preventDefault();
    decide(decision).catch((thrown: unknown) => {
      refusal.value = reasonText(thrown);
    });
  };
  const requester = [request.agentId, request.sessionKey].filter(Boolean).join(' · ');
  const variables = Object.entries(request.env ?? {});
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls, this is a question with its facts
    <div
      class="card attention approval"
      role="group"
      aria-label={t('approval.title')}
      aria-keyshortcuts="O A D"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: keys answer while the card has the focus
      tabIndex={0}
      onKeyDown={onKey}
    >
      <div class="card-head">
        <h3>{t('approval.title')}</h3>
        <Badge tone={leftMs < 15_000 ? 'bad' : 'wait'}>
          {t('approval.left', { duration: durationText(leftMs) })}
        </Badge>
      </div>
      <ScrollText class="command-shown" label={t('approval.command')}>
        <Outside text={request.command} maxChars={MAX_SHOWN_CHARS} />
      </ScrollText>
      {request.why != null && (
        <p class="muted">
          <Outside text={reasonSentence(request.why)} />
        </p>
      )}
      <AskedPrograms approval={approval} />
      <dl class="facts compact">
        <Fact name={t('approval.where')}>
          <Outside text={placeOf(approval, node)} />
        </Fact>
        {request.resolvedPath != null && (
          <Fact name={t('approval.program')}>
            <Outside text={request.resolvedPath} maxChars={MAX_SHOWN_CHARS} />
          </Fact>
        )}
        {request.cwd != null && (
          <Fact name={t('approval.directory')}>
            <Outside text={request.cwd} maxChars={MAX_SHOWN_CHARS} />
          </Fact>
        )}
        {requester !== '' && (
          <Fact name={t('approval.requester')}>
            <Outside text={requester} />
          </Fact>
        )}
        {variables.length > 0 && (
          <Fact name={t('approval.environment')}>
            <Outside
              text={variables.map(([name, value]) => `${name}=${value}`).join(' ')}
              maxChars={MAX_SHOWN_CHARS}
            />
          </Fact>
        )}
      </dl>
      {request.commandArgv !== undefined && (
        <details>
          <summary>{t('approval.arguments', { count: request.commandArgv.length })}</summary>
          <ol class="arguments">
            {request.commandArgv.map((argument, index) => (
              <li key={index}>
                <code>
                  <Outside text={argument} maxChars={MAX_SHOWN_CHARS} />
                </code>
              </li>
            ))}
          </ol>
        </details>
      )}
      <div class="row">
        <ActionButton tone="primary" run={() => decide('allow-once')}>
          {t('approval.once')} <Key name="O" />
        </ActionButton>
        <ActionButton run={() => decide('allow-always')}>
          {t('approval.always')} <Key name="A" />
        </ActionButton>
        <ActionButton tone="danger" run={() => decide('deny')}>
          {t('approval.deny')} <Key name="D" />
        </ActionButton>
      </div>
      {refusal.value !== undefined && <p role="alert">{refusal.value}</p>}
    </div>
  );
}

/** The key that answers while the card has the focus; `aria-keyshortcuts` says it to others. */
function Key({ name }: { name: string }) {
  return (
    <span class="key-hint" aria-hidden="true">
      <kbd>{name}</kbd>
    </span>
  );
}

/** Where it would run. A question may be about any node: then the answer is, too. */
function placeOf({ request: { nodeId, host } }: Approval, node: Node | undefined): string {
  if (nodeId != null) return node?.displayName ?? nodeId;
  return host === 'node' ? t('audit.anyNode') : t('policy.gatewayHost');
}

/** The programs as the node finds them now; nothing where it cannot say. */
function AskedPrograms({ approval: { request } }: { approval: Approval }) {
  const { link } = useApp();
  const programs = useSignal<readonly ExplainedProgram[]>([]);
  const { nodeId, commandArgv, command, cwd, agentId } = request;
  useEffect(() => {
    if (nodeId == null || commandArgv === undefined) return;
    explain(link, {
      nodeId,
      command: commandArgv,
      ...(commandArgv.at(-1) === command ? { rawCommand: command } : {}),
      cwd,
      agentId,
    }).then(
      (explanation) => {
        programs.value = explanation.programs;
      },
      () => {},
    );
  }, [nodeId, command]);
  return programs.value.length === 0 ? null : <Programs programs={programs.value} />;
}
