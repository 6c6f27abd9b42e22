import type { ApprovalDecision } from '../../../protocol/index.ts';
import { useApp } from '../../app.ts';
import { nowMs } from '../../data/clock.ts';
import type { Approval } from '../../data/wire.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { durationText } from '../../parts/age.tsx';
import { Badge } from '../../parts/badge.tsx';
import { Outside } from '../../parts/outside-text.tsx';
import { ScrollText } from '../../parts/scroll-text.tsx';
import { t } from '../../text/translate.ts';

/** Nobody reads more than this, and a longer command is refused by most shells. */
const MAX_SHOWN_CHARS = 20_000;

/** One question: the whole command with everything hidden made visible, where it would run, who asks, for how long. */
export function ApprovalCard({ approval }: { approval: Approval }) {
  const { link, approvals, nodes } = useApp();
  const { request, expiresAtMs, id } = approval;
  const leftMs = expiresAtMs - nowMs.value;
  const node = nodes.value.value?.find(({ nodeId }) => nodeId === request.nodeId);
  const decide = (decision: ApprovalDecision) => async () => {
    try {
      await link.call('exec.approval.resolve', { id, decision });
    } finally {
      // Whether this answer counted or somebody else was faster: the gateway's list says what is still open.
      await approvals.refresh();
    }
  };
  const facts: [string, string | null | undefined][] = [
    [t('approval.where'), node?.displayName ?? request.nodeId ?? request.host],
    [t('approval.program'), request.resolvedPath],
    [t('approval.directory'), request.cwd],
    [t('approval.requester'), [request.agentId, request.sessionKey].filter(Boolean).join(' · ')],
  ];
  return (
    <div class="card attention approval">
      <div class="card-head">
        <h3>{t('approval.title')}</h3>
        <Badge tone={leftMs < 15_000 ? 'bad' : 'wait'}>
          {t('approval.left', { duration: durationText(leftMs) })}
        </Badge>
      </div>
      <ScrollText class="command-shown" label={t('approval.command')}>
        <Outside text={request.command} maxChars={MAX_SHOWN_CHARS} />
      </ScrollText>
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
      <dl class="facts compact">
        {facts.map(([name, value]) =>
          value === undefined || value === null || value === '' ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <Outside text={value} />
              </dd>
            </div>
          ),
        )}
      </dl>
      <div class="row">
        <ActionButton tone="primary" run={decide('allow-once')}>
          {t('approval.once')}
        </ActionButton>
        <ActionButton run={decide('allow-always')}>{t('approval.always')}</ActionButton>
        <ActionButton tone="danger" run={decide('deny')}>
          {t('approval.deny')}
        </ActionButton>
      </div>
    </div>
  );
}
