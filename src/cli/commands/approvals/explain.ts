import { text as readAll } from 'node:stream/consumers';
import type { ExplainedRun, SystemRunParams } from '../../../protocol/index.ts';
import { loadConfig, OpsError } from '../../../state/index.ts';
import type { Cli } from '../../cli.ts';
import { withGateway } from '../../connection/open-gateway.ts';
import { fetchNodes, pickNode } from '../../nodes/fetch-nodes.ts';
import { readEnvironment } from '../../nodes/run-request.ts';
import { type Explained, printExplained, readExplained } from '../../policy/print-explained.ts';
import type { CommandRun, Options } from '../../program/command-spec.ts';
import { hasOption, textOption, textsOption } from '../../program/option-values.ts';

/**
 * `approvals explain`: what a node host would decide about a command, and why: the one of this machine, or with
 * `--node` that one, through the gateway. Runs nothing. With `--stdin`: cases as JSON lines, each with its own policy.
 */
export const run: CommandRun = async (cli, { args, options }) => {
  if (hasOption(options, 'stdin')) return explainStdin(cli);
  const raw = textOption(options, 'raw');
  if ((raw === undefined) === (args.length === 0)) {
    throw new OpsError('usage', 'cannot explain: give the command behind --, or --raw TEXT, or --stdin');
  }
  const params = runParams(args, options);
  const node = textOption(options, 'node');
  const explained =
    node === undefined
      ? { where: 'this machine', ...(await explainHere(cli, params)) }
      : await explainThere(cli, options, { node, params });
  if (cli.out.json) {
    const { binding: _binding, ...shown } = explained;
    cli.out.value(shown);
  } else {
    printExplained(cli.out, explained);
  }
  return 0;
};

/** The parameters `nodes run` would send for the same words. */
function runParams(args: readonly string[], options: Options): SystemRunParams {
  const raw = textOption(options, 'raw');
  const cwd = textOption(options, 'cwd');
  const env = readEnvironment(textsOption(options, 'env'), 'explain');
  return {
    command: raw === undefined ? [...args] : ['/bin/sh', '-lc', raw],
    ...(raw === undefined ? {} : { rawCommand: raw }),
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env }),
    agentId: textOption(options, 'agent') ?? 'main',
  };
}

async function explainHere(cli: Cli, params: SystemRunParams): Promise<ExplainedRun> {
  const { explainRun, policyContextOf } = await import('../../../node/index.ts');
  const { config } = loadConfig(cli.paths, cli.env);
  return explainRun(params, policyContextOf({ paths: cli.paths, env: cli.env, config }));
}

async function explainThere(
  cli: Cli,
  options: Options,
  { node: query, params }: { node: string; params: SystemRunParams },
): Promise<Explained> {
  const intention = `explain a command on ${query}`;
  return withGateway({ cli, options, intention }, async (gateway) => {
    const { nodeId } = pickNode(await fetchNodes(gateway), query, intention);
    return readExplained(await gateway.call('exec.approvals.explain', { nodeId, ...params }), intention);
  });
}

async function explainStdin(cli: Cli): Promise<number> {
  const { explainCases } = await import('../../../approvals/index.ts');
  const lines = (await readAll(process.stdin)).split('\n');
  for (const answer of explainCases(lines)) cli.out.jsonLine(answer);
  return 0;
}
