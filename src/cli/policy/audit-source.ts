import { existsSync } from 'node:fs';
import type { NodeEntry } from '../../protocol/index.ts';
import { loadConfig, OpsError } from '../../state/index.ts';
import type { Cli } from '../cli.ts';
import { withGateway } from '../connection/open-gateway.ts';
import { listIn, numberIn, recordOf, textIn } from '../connection/payload.ts';
import { fetchNodes, pickNode } from '../nodes/fetch-nodes.ts';
import type { Options } from '../program/command-spec.ts';
import { textOption } from '../program/option-values.ts';

/** One row of the audit about commands, as it came. */
export type AuditLine = {
  seq: number;
  atMs: number;
  actor: string;
  action: string;
  subject: string;
  detail: Readonly<Record<string, unknown>>;
};

export type AuditReading = {
  lines: readonly AuditLine[];
  /** Of the whole chain, when asked for. */
  verdict?: Verdict;
  /** Read from the file, because no gateway answered. */
  isFromFile: boolean;
};

export type Verdict = { kind: 'intact'; rows: number } | { kind: 'broken'; seq: number; reason: string };

type Wanted = { intention: string; limit: number; verify?: true };

/** The latest rows, oldest first: from the gateway, or from this machine's database when it does not answer. */
export async function readAudit(cli: Cli, options: Options, wanted: Wanted): Promise<AuditReading> {
  try {
    return await fromGateway(cli, options, wanted);
  } catch (thrown) {
    const isOurs =
      textOption(options, 'url') === undefined &&
      loadConfig(cli.paths, cli.env).config.gateway.mode !== 'remote';
    const isDown =
      thrown instanceof OpsError &&
      ['gateway/unreachable', 'gateway/timeout', 'gateway/closed'].includes(thrown.code);
    // Without a file, opening would make one; the gateway's absence is the better answer.
    if (!isOurs || !isDown || !existsSync(cli.paths.database)) throw thrown;
    return fromFile(cli, options, wanted);
  }
}

async function fromGateway(cli: Cli, options: Options, wanted: Wanted): Promise<AuditReading> {
  const { intention, limit, verify } = wanted;
  const query = textOption(options, 'node');
  return withGateway({ cli, options, intention }, async (gateway) => {
    const nodeId =
      query === undefined ? undefined : pickNode(await fetchNodes(gateway), query, intention).nodeId;
    const answer = await gateway.call('exec.approvals.log', {
      limit,
      ...(nodeId === undefined ? {} : { nodeId }),
      ...(verify === undefined ? {} : { verify }),
    });
    const verdict = verify === undefined ? undefined : readVerdict(recordOf(answer)['verdict']);
    return {
      lines: listIn(answer, 'rows').map(readLine),
      isFromFile: false,
      ...(verdict === undefined ? {} : { verdict }),
    };
  });
}

async function fromFile(cli: Cli, options: Options, wanted: Wanted): Promise<AuditReading> {
  const { openDatabase } = await import('../../state/index.ts');
  const store = openDatabase(cli.paths.database);
  try {
    const query = textOption(options, 'node');
    const nodes = store.devices
      .listPaired()
      .filter(({ roles }) => roles.includes('node'))
      .map(({ deviceId, label, displayName }): NodeEntry => {
        const name = label ?? displayName;
        return {
          nodeId: deviceId,
          caps: [],
          commands: [],
          paired: true,
          connected: false,
          ...(name === undefined ? {} : { displayName: name }),
        };
      });
    const subject = query === undefined ? undefined : pickNode(nodes, query, wanted.intention).nodeId;
    const rows = store.audit.list({
      family: 'exec',
      limit: wanted.limit,
      ...(subject === undefined ? {} : { subject }),
    });
    return {
      lines: rows.map(readLine),
      isFromFile: true,
      ...(wanted.verify === undefined ? {} : { verdict: store.audit.verify() }),
    };
  } finally {
    store.close();
  }
}

function readLine(row: unknown): AuditLine {
  return {
    seq: numberIn(row, 'seq') ?? 0,
    atMs: numberIn(row, 'atMs') ?? 0,
    actor: textIn(row, 'actor'),
    action: textIn(row, 'action'),
    subject: textIn(row, 'subject'),
    detail: recordOf(recordOf(row)['detail']),
  };
}

/** Whatever is not a clear "intact" is not intact. */
function readVerdict(verdict: unknown): Verdict {
  const rows = numberIn(verdict, 'rows');
  if (textIn(verdict, 'kind') === 'intact' && rows !== undefined) return { kind: 'intact', rows };
  const reason = textIn(verdict, 'reason') || 'the gateway did not say whether the trail is intact';
  return { kind: 'broken', seq: numberIn(verdict, 'seq') ?? 0, reason };
}
