import { randomUUID } from 'node:crypto';
import { type Ask, displayCommand, maskSecrets, type Security, visibleText } from '../../approvals/index.ts';
import type { ApprovalDecision } from '../../protocol/index.ts';
import { OpsError } from '../../state/index.ts';
import type { Cli } from '../cli.ts';
import type { Gateway } from '../connection/gateway.ts';
import { refusalError } from '../connection/open-gateway.ts';
import { textIn } from '../connection/payload.ts';
import { escapeText } from '../output/escape-text.ts';
import { canPrompt, promptApproval } from './prompt-approval.ts';
import type { RunRequest } from './run-request.ts';

export type Asking = {
  cli: Cli;
  gateway: Gateway;
  request: RunRequest;
  nodeId: string;
  security: Security;
  ask: Ask;
  intention: string;
};

/** A yes, or why there is neither a yes nor a no. */
export type ApprovalAnswer =
  | { kind: 'allowed'; decision: Exclude<ApprovalDecision, 'deny'> }
  | { kind: 'unanswered'; why: string };

/** The gateway answers the request itself when it expires; this is the room for that answer. */
const ROOM_MS = 5_000;

/**
 * Puts the command before a person and waits. Our gateway binds the answer to node, words, directory and environment;
 * a real one takes only the text, and refuses every field it does not know (gateway-protocol §15).
 * @throws `gateway/refused` when the person says no
 */
export async function askApproval(asking: Asking): Promise<ApprovalAnswer> {
  const { cli, gateway, request, nodeId, security, ask, intention } = asking;
  const { params, commandText, approvalTimeoutMs } = request;
  const id = randomUUID();
  const isOurs = knowsOurFields(gateway);
  const { text, notes } = displayCommand(params.command);
  cli.out.note(`waiting for approval on ${request.node}: ${text}`);
  for (const note of notes) cli.out.note(`  ${note}`);
  for (const [name, value] of Object.entries(params.env ?? {}))
    cli.out.note(`  with ${visibleText(maskSecrets(`${name}=${value}`))}`);
  if (params.cwd !== undefined) cli.out.note(`  in the directory ${escapeText(params.cwd)}`);
  if (isOurs && request.waitForPerson)
    cli.out.note(`  a person allows it with: ${cli.self} approvals allow ${id}`);
  const answered = new AbortController();
  const decided = gateway
    .tryCall(
      'exec.approval.request',
      {
        id,
        command: commandText,
        ...(params.cwd === undefined ? {} : { cwd: params.cwd }),
        host: 'node',
        security,
        ask,
        agentId: params.agentId,
        timeoutMs: approvalTimeoutMs,
        ...(isOurs
          ? {
              nodeId,
              commandArgv: params.command,
              ...(params.env === undefined ? {} : { env: params.env }),
              ...(request.waitForPerson ? {} : { requireDeliveryRoute: true }),
            }
          : {}),
      },
      { timeoutMs: approvalTimeoutMs + ROOM_MS },
    )
    .finally(() => answered.abort());
  if (isOurs && canPrompt()) {
    const decision = await promptApproval(answered.signal);
    // Somebody else may have been faster: then this is refused, and what they decided holds.
    if (decision !== undefined) {
      const told = await gateway.tryCall('exec.approval.resolve', { id, decision });
      if (told.kind === 'refused') cli.out.note(`  your answer came too late: ${escapeText(told.message)}`);
    }
  }
  const outcome = await decided;
  if (outcome.kind === 'refused') throw refusalError(intention, 'exec.approval.request', outcome);
  const decision = textIn(outcome.payload, 'decision');
  if (decision === 'allow-once' || decision === 'allow-always') return { kind: 'allowed', decision };
  if (decision === 'deny')
    throw new OpsError('gateway/refused', `cannot ${intention}: exec denied: user denied`);
  return { kind: 'unanswered', why: whyUnanswered(textIn(outcome.payload, 'terminalReason'), request) };
}

/** Words of our gateway (`terminalReason`); a real one gives none. */
function whyUnanswered(reason: string, { approvalTimeoutMs }: RunRequest): string {
  switch (reason) {
    case 'no-route':
      return 'nobody answered: nobody who could is connected';
    case 'gateway-stopping':
      return 'nobody answered before the gateway stopped';
    default:
      return `nobody answered within ${Math.ceil(approvalTimeoutMs / 1000)} s`;
  }
}

/** A gateway of ours: it can say why a node would refuse. */
export function knowsOurFields(gateway: Gateway): boolean {
  return gateway.offers('methods', 'exec.approvals.explain');
}
