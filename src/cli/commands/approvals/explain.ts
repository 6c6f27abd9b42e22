import { existsSync } from 'node:fs';
import { text as readAll } from 'node:stream/consumers';
import {
  decide,
  type EffectiveSettings,
  type ExecDecision,
  explainCases,
  loadPolicyFile,
  readHostFacts,
  realFileFacts,
  type SettingsBase,
  settingsOf,
} from '../../../approvals/index.ts';
import { nodeSearchPath } from '../../../node/index.ts';
import { type Config, loadConfig, OpsError } from '../../../state/index.ts';
import type { Cli } from '../../cli.ts';
import { escapeText } from '../../output/escape-text.ts';
import { renderTable } from '../../output/render-table.ts';
import type { CommandRun, Options } from '../../program/command-spec.ts';
import { hasOption, textOption, textsOption } from '../../program/option-values.ts';

/**
 * `approvals explain`: what the node host of this machine would decide about a command, and why. Runs nothing. With
 * `--stdin`: cases as JSON lines, each with its own policy, one answer a line.
 */
export const run: CommandRun = async (cli, { args, options }) => {
  if (hasOption(options, 'stdin')) return explainStdin(cli);
  const raw = textOption(options, 'raw');
  if ((raw === undefined) === (args.length === 0)) {
    throw new OpsError('usage', 'cannot explain: give the command behind --, or --raw TEXT, or --stdin');
  }
  const { decision, settings } = explainHere(
    cli,
    options,
    raw === undefined ? args : ['/bin/sh', '-lc', raw],
  );
  const { plan: _plan, ...shown } = decision;
  if (cli.out.json) {
    cli.out.value({
      ...shown,
      file: cli.paths.execApprovals,
      security: settings.security,
      ask: settings.ask,
      origin: settings.origin,
    });
    return 0;
  }
  const colour = { allow: 'green', ask: 'yellow', deny: 'red' } as const;
  cli.out.line(
    `Decision: ${cli.out.paint(colour[decision.decision], decision.decision)} (${decision.code}): ${escapeText(decision.reason)}`,
  );
  cli.out.line(
    `Settings: security=${settings.security} (${settings.origin.security}), ask=${settings.ask} (${settings.origin.ask})`,
  );
  cli.out.line(`File: ${cli.paths.execApprovals}`);
  if (decision.rule !== undefined) cli.out.line(`Rule: ${escapeText(decision.rule)}`);
  const rows = decision.programs.map(({ words, path, covered, why }) => [
    words.join(' '),
    path ?? 'not found',
    covered ? 'yes' : 'no',
    why,
  ]);
  if (rows.length > 0) cli.out.line();
  if (rows.length > 0)
    for (const line of renderTable(['Program', 'Path', 'Covered', 'Why'], rows)) cli.out.line(line);
  return 0;
};

function explainHere(
  cli: Cli,
  options: Options,
  command: readonly string[],
): { decision: ExecDecision; settings: EffectiveSettings } {
  const agentId = textOption(options, 'agent');
  const { config } = loadConfig(cli.paths, cli.env);
  const settings = settingsOf(loadPolicyFile(cli.paths.execApprovals), { agentId, base: execBase(config) });
  const searchPath = nodeSearchPath(cli.env, cli.paths.home, existsSync);
  const host = readHostFacts({ ...cli.env, HOME: cli.paths.home, PATH: searchPath });
  const env = Object.fromEntries(
    textsOption(options, 'env').map((pair) => [pair.split('=', 1)[0], pair.slice(pair.indexOf('=') + 1)]),
  );
  const raw = textOption(options, 'raw');
  const request = {
    command,
    cwd: textOption(options, 'cwd'),
    env,
    agentId,
    ...(raw === undefined ? {} : { rawCommand: raw }),
  };
  return { settings, decision: decide(request, settings, { files: realFileFacts, host }) };
}

/** `tools.exec` as the lowest layer, like the node host reads it. */
function execBase({ tools }: Config): SettingsBase {
  const { security, ask, safeBins } = tools.exec;
  return {
    ...(security === undefined ? {} : { security }),
    ...(ask === undefined ? {} : { ask }),
    ...(safeBins === undefined ? {} : { safePrograms: safeBins }),
  };
}

async function explainStdin(cli: Cli): Promise<number> {
  const lines = (await readAll(process.stdin)).split('\n');
  for (const answer of explainCases(lines)) cli.out.jsonLine(answer);
  return 0;
}
