import { randomUUID } from 'node:crypto';
import { type Ask, displayCommand, type Security } from '../../approvals/index.ts';
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

/** `undefined`: the request expired, or nobody was there to answer it. */
export type ApprovalAnswer = Exclude<ApprovalDecision, 'deny'> | undefined;

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
    if (decision !== undefined) await gateway.tryCall('exec.approval.resolve', { id, decision });
  }
  const outcome = await decided;
  if (outcome.kind === 'refused') throw refusalError(intention, 'exec.approval.request', outcome);
  const decision = textIn(outcome.payload, 'decision');
  if (decision === 'allow-once' || decision === 'allow-always') return decision;
  if (decision === 'deny')
    throw new OpsError('gateway/refused', `cannot ${intention}: exec denied: user denied`);
  return undefined;
}

/** Approvals can be listed: one of the signs of a gateway newer than protocol 3 as the real program speaks it. */
export function knowsOurFields(gateway: Gateway): boolean {
  return gateway.offers('methods', 'exec.approval.list');
}
