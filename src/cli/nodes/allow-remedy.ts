import { randomUUID } from 'node:crypto';
import { patternRisk } from '../../approvals/index.ts';
import type { Remedy } from '../../state/index.ts';
import type { Gateway } from '../connection/gateway.ts';
import { recordOf, textIn } from '../connection/payload.ts';
import { type Explained, readExplained } from '../policy/print-explained.ts';
import type { RunRequest } from './run-request.ts';

/** Short: the denial is known, this only makes the advice exact. */
const LOOK_TIMEOUT_MS = 3_000;

type DeniedRun = { gateway: Gateway; request: RunRequest; nodeId: string; name: string };

/**
 * The commands that would allow a denied run from now on: an entry for each program that has none, as the node sees it.
 * Where no entry can do that (a shell or interpreter runs whatever it is given), the command that says why.
 */
export async function allowRemedies(run: DeniedRun): Promise<Remedy[]> {
  if (!run.gateway.offers('methods', 'exec.approvals.explain')) return remediesOfPublished(run);
  const explained = await explain(run);
  if (explained?.code === 'not-found') return [{ kind: 'read', text: `on ${run.name}: ${explained.reason}` }];
  const missing = explained?.code === 'miss' ? explained.programs.filter(({ covered }) => !covered) : [];
  const paths = missing.map((program) => (canHaveEntry(program) ? program.path : undefined));
  const entries = [...new Set(paths)].flatMap((path) =>
    path === undefined ? [] : [addEntry(run.name, path)],
  );
  return entries.length > 0 && !paths.includes(undefined) ? entries : [lookCloser(run)];
}

/** An entry for an ordinary program covers any arguments; one for what starts others only forms that start nothing. */
function canHaveEntry({ path, storable }: Explained['programs'][number]): boolean {
  return path !== undefined && (storable || patternRisk(path).code !== 'starts-others');
}

async function explain({ gateway, request, nodeId }: DeniedRun): Promise<Explained | undefined> {
  const { command, rawCommand, cwd, env, agentId } = request.params;
  try {
    const outcome = await gateway.tryCall(
      'exec.approvals.explain',
      { nodeId, command, rawCommand, cwd, env, agentId },
      { timeoutMs: LOOK_TIMEOUT_MS },
    );
    return outcome.kind === 'answered' ? readExplained(outcome.payload, 'explain the refusal') : undefined;
  } catch {
    return undefined; // the refusal is what has to be told, with or without exact advice
  }
}

function addEntry(name: string, path: string): Remedy {
  return { kind: 'run', command: ['clawdbot', 'approvals', 'allowlist', 'add', '--node', name, path] };
}

function lookCloser({ request, name }: DeniedRun): Remedy {
  // Variables are left out: their values may be secrets, and a refusal because of one names it.
  const { command, rawCommand, cwd, agentId } = request.params;
  const options = [
    ...(agentId === 'main' ? [] : ['--agent', agentId]),
    ...(cwd === undefined ? [] : ['--cwd', cwd]),
  ];
  const what = rawCommand === undefined ? ['--', ...command] : ['--raw', rawCommand];
  return {
    kind: 'run',
    command: ['clawdbot', 'approvals', 'explain', '--node', name, ...options, ...what],
  };
}

/** A published gateway explains nothing: the program's own entry, unless that would cover whatever it is given. */
async function remediesOfPublished({ gateway, request, nodeId, name }: DeniedRun): Promise<Remedy[]> {
  const [program] = request.params.command;
  if (request.params.rawCommand !== undefined || program === undefined) return [];
  const path = program.includes('/') ? program : await findOnNode(gateway, nodeId, program);
  if (path === undefined) return [{ kind: 'read', text: `${name} finds no program ${program} on its PATH` }];
  return patternRisk(path).code === 'starts-others' ? [] : [addEntry(name, path)];
}

async function findOnNode(gateway: Gateway, nodeId: string, program: string): Promise<string | undefined> {
  const outcome = await gateway.tryCall('node.invoke', {
    nodeId,
    command: 'system.which',
    params: { bins: [program] },
    timeoutMs: LOOK_TIMEOUT_MS,
    idempotencyKey: randomUUID(),
  });
  if (outcome.kind === 'refused') return undefined;
  const { bins } = recordOf(recordOf(outcome.payload)['payload']);
  return textIn(bins, program) || undefined;
}
