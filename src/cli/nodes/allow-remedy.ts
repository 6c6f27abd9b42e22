import { randomUUID } from 'node:crypto';
import type { Remedy } from '../../state/index.ts';
import type { Gateway } from '../connection/gateway.ts';
import { recordOf, textIn } from '../connection/payload.ts';
import type { RunRequest } from './run-request.ts';

/** Short: the denial is known, this only makes the advice exact. */
const WHICH_TIMEOUT_MS = 3_000;

/**
 * The command that would allow a denied run from now on, with the program's path as the node sees it. None for shell
 * text: an entry for a shell would cover everything.
 */
export async function allowRemedies(run: {
  gateway: Gateway;
  request: RunRequest;
  nodeId: string;
  name: string;
}): Promise<Remedy[]> {
  const [program] = run.request.params.command;
  if (run.request.params.rawCommand !== undefined || program === undefined) return [];
  const path = program.includes('/') ? program : await findOnNode(run.gateway, run.nodeId, program);
  if (path === undefined)
    return [{ kind: 'read', text: `${run.name} finds no program ${program} on its PATH` }];
  return [{ kind: 'run', command: ['clawdbot', 'approvals', 'allowlist', 'add', '--node', run.name, path] }];
}

async function findOnNode(gateway: Gateway, nodeId: string, program: string): Promise<string | undefined> {
  const outcome = await gateway.tryCall('node.invoke', {
    nodeId,
    command: 'system.which',
    params: { bins: [program] },
    timeoutMs: WHICH_TIMEOUT_MS,
    idempotencyKey: randomUUID(),
  });
  if (outcome.kind === 'refused') return undefined;
  const { bins } = recordOf(recordOf(outcome.payload)['payload']);
  return textIn(bins, program) || undefined;
}
