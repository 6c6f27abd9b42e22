import type { GatewayCore } from '../core.ts';
import { auditExec, type ExecAction } from './exec-audit.ts';

/** Questions are short-lived: an open one is among the latest rows or was ended by an earlier start. */
const LOOK_BACK_ROWS = 500;

/** Says in the audit what became of runs and questions of a gateway that ended without saying so. Once, at start. */
export function endWhatDied(core: GatewayCore): void {
  for (const { runId, nodeId, requester } of core.store.runs.loseRunning(core.now())) {
    core.audit({
      actor: requester,
      action: 'exec.run' satisfies ExecAction,
      subject: nodeId,
      detail: { run: runId, outcome: 'unknown', error: 'the gateway ended while it ran' },
    });
  }
  const open = new Map<unknown, string>();
  for (const { action, subject, detail } of core.store.audit.list({
    family: 'exec',
    limit: LOOK_BACK_ROWS,
  })) {
    if (action === 'exec.ask') open.set(detail?.['approval'], subject);
    else if (action === 'exec.answer' || action === 'exec.unanswered') open.delete(detail?.['approval']);
  }
  for (const [approval, nodeId] of open) {
    const detail = { approval, why: 'gateway-ended' };
    auditExec(core, 'exec.unanswered', { connection: undefined, nodeId, detail });
  }
}
