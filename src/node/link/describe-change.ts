import type { NodeState } from './node-state.ts';

export type LogLine = { level: 'info' | 'warn'; text: string };

/**
 * What a change of state is worth saying, or undefined. A state that lasts is said once: thousands of equal attempts
 * make one line when they begin, one at each doubling of their number from 8 on, and one when they end (F-64).
 * `page` is where the gateway shows its requests.
 */
export function describeChange(
  previous: NodeState | undefined,
  next: NodeState,
  page: string,
): LogLine | undefined {
  switch (next.state) {
    case 'connecting':
      return undefined;
    case 'waiting-for-approval':
      return previous?.state === 'waiting-for-approval' && previous.requestId === next.requestId
        ? undefined
        : { level: 'warn', text: approvalText(next, page) };
    case 'connected':
      if (previous?.state === 'connected') return undefined;
      return { level: 'info', text: connectedText(next) };
    case 'backoff':
      return backoffLine(previous, next);
    case 'stopping':
      return previous?.state === 'stopping' ? undefined : { level: 'info', text: 'stopping' };
  }
}

type Waiting = Extract<NodeState, { state: 'waiting-for-approval' }>;
type Connected = Extract<NodeState, { state: 'connected' }>;
type Backoff = Extract<NodeState, { state: 'backoff' }>;

function approvalText({ requestId, approveWith }: Waiting, page: string): string {
  const start =
    'pairing required: the network works and the gateway accepts the credentials; now a person has to approve this node.';
  const command = approveWith.join(' ');
  if (requestId === undefined) return `${start} On the gateway machine: ${command}`;
  return (
    `${start} Request ${requestId}. On the gateway machine: ${command} ` +
    `(a Clawdbot 2026.1 gateway: clawdbot devices approve ${requestId}), or on the page ${page} ` +
    'under Nodes. This node goes on by itself within a second of the approval.'
  );
}

function connectedText({ gateway, attempt }: Connected): string {
  const version = gateway.version === undefined ? '' : ` (version ${gateway.version})`;
  const tries = attempt > 1 ? ` after ${attempt} attempts` : '';
  return `connected to ${gateway.url}${version}${tries}`;
}

function backoffLine(previous: NodeState | undefined, next: Backoff): LogLine | undefined {
  const { lastError, attempt } = next;
  const isNews = previous?.state !== 'connecting' || previous.lastError?.text !== lastError.text;
  const isMilestone = attempt >= 8 && Number.isInteger(Math.log2(attempt));
  if (!isNews && !isMilestone) return undefined;
  const count = attempt > 1 ? ` (attempt ${attempt})` : '';
  const remedy = lastError.remedy === undefined ? '' : `; ${lastError.remedy}`;
  const at = new Date(next.nextAttemptAt).toISOString();
  return { level: 'warn', text: `${lastError.text}${count}${remedy}; next attempt at ${at}` };
}
