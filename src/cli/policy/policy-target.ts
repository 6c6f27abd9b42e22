import { type PolicySnapshot, policySnapshot, replacePolicyFile } from '../../approvals/index.ts';
import { OpsError } from '../../state/index.ts';
import type { Cli } from '../cli.ts';
import type { Gateway } from '../connection/gateway.ts';
import { withGateway } from '../connection/open-gateway.ts';
import { recordOf, textIn } from '../connection/payload.ts';
import { fetchNodes, pickNode } from '../nodes/fetch-nodes.ts';
import { escapeText } from '../output/escape-text.ts';
import type { Options } from '../program/command-spec.ts';
import { hasOption, textOption } from '../program/option-values.ts';

/** One exec-approvals.json, wherever it lives. */
export type PolicyTarget = {
  /** `local`, `gateway` or `node:ID`, as the reference prints it. */
  label: string;
  read(): Promise<WireSnapshot>;
  /** @throws `approvals/changed` when somebody wrote in between, `approvals/damaged` when the content is refused */
  write(file: unknown, baseHash: string): Promise<WireSnapshot>;
};

/** A snapshot as it crosses the wire: `file` is checked where it is read. */
export type WireSnapshot = Omit<PolicySnapshot, 'file'> & { file: unknown };

/** Works on the file that `--node`, `--gateway` or neither (this machine) names. */
export async function withPolicyTarget<T>(
  cli: Cli,
  options: Options,
  intention: string,
  use: (target: PolicyTarget) => Promise<T>,
): Promise<T> {
  const query = textOption(options, 'node');
  if (query !== undefined && hasOption(options, 'gateway')) {
    throw new OpsError('usage', `cannot ${intention}: use --node or --gateway, not both`);
  }
  if (query === undefined && !hasOption(options, 'gateway')) return use(localTarget(cli, intention));
  return withGateway({ cli, options, intention, timeoutMs: 35_000 }, async (gateway) => {
    if (query === undefined)
      return use(
        remoteTarget(gateway, intention, { label: 'gateway', method: 'exec.approvals', params: {} }),
      );
    const { nodeId } = pickNode(await fetchNodes(gateway), query, intention);
    return use(
      remoteTarget(gateway, intention, {
        label: `node:${nodeId}`,
        method: 'exec.approvals.node',
        params: { nodeId },
      }),
    );
  });
}

function localTarget(cli: Cli, intention: string): PolicyTarget {
  return {
    label: 'local',
    read: async () => policySnapshot(cli.paths.execApprovals),
    write: async (file, baseHash) => {
      const outcome = replacePolicyFile(cli.paths.execApprovals, { file, baseHash, speaker: 'gateway' });
      if (outcome.kind === 'replaced') return outcome.snapshot;
      throw writeError(intention, outcome.message);
    },
  };
}

type Remote = { label: string; method: string; params: Record<string, string> };

function remoteTarget(gateway: Gateway, intention: string, { label, method, params }: Remote): PolicyTarget {
  return {
    label,
    read: async () => snapshotOf(await gateway.call(`${method}.get`, params)),
    write: async (file, baseHash) => {
      const outcome = await gateway.tryCall(`${method}.set`, { ...params, file, baseHash });
      if (outcome.kind === 'answered') return snapshotOf(outcome.payload);
      throw writeError(intention, outcome.message);
    },
  };
}

function writeError(intention: string, message: string): OpsError {
  const isStale = /base hash|changed/.test(message);
  return new OpsError(
    isStale ? 'approvals/changed' : 'approvals/damaged',
    `cannot ${intention}: ${escapeText(message)}`,
    {
      remedies: isStale
        ? [
            {
              kind: 'read',
              text: 'somebody else wrote it meanwhile: look again (clawdbot approvals get) and repeat',
            },
          ]
        : [],
    },
  );
}

function snapshotOf(payload: unknown): WireSnapshot {
  const { exists, file } = recordOf(payload);
  return {
    path: textIn(payload, 'path'),
    exists: exists === true,
    hash: textIn(payload, 'hash'),
    file: file ?? { version: 1 },
  };
}
