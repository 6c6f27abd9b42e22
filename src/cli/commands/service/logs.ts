import { existsSync } from 'node:fs';
import { loadConfig, OpsError, resolveLogPath } from '../../../state/index.ts';
import { followServiceJournal, hasServiceJournal, unitNames } from '../../../supervisor/systemd/index.ts';
import type { Cli } from '../../cli.ts';
import { fileSource } from '../../log/log-source.ts';
import { logNotice, showLog } from '../../log/show-log.ts';
import type { CommandRun, Options } from '../../program/command-spec.ts';
import { hasOption, numberOption } from '../../program/option-values.ts';
import { cliOfScope, serviceTarget } from './service-request.ts';

const DEFAULT_LINES = 200;

/**
 * `gateway logs` and `node logs`: the journal of the unit, with what systemd and the sandbox had to say, too; where there
 * is none, our own file. Neither needs a running service.
 */
export function logsCommand(kind: 'gateway' | 'node'): CommandRun {
  return async (cli, { options }) => {
    const maxLines = numberOption(options, 'lines') ?? DEFAULT_LINES;
    const ageMs = numberOption(options, 'since');
    const since = ageMs === undefined ? undefined : Date.now() - ageMs;
    const unavailable = await tryJournal(cli, kind, options, { maxLines, sinceMs: since });
    if (unavailable === undefined) return 0;
    const { env, paths } = cliOfScope(cli, options);
    const file = resolveLogPath(paths, loadConfig(paths, env).config, kind);
    const what = existsSync(file) ? 'this is its log file' : `the ${kind} has not written a log file yet`;
    logNotice(cli.out, `${unavailable}; ${what}`);
    await showLog(cli.out, fileSource({ env, paths }, kind, { limit: maxLines, maxBytes: 1_000_000 }), {
      isFollowing: hasOption(options, 'follow'),
      sinceMs: since,
    });
    return 0;
  };
}

/** Shows the journal; gives the reason when there is none to show. */
async function tryJournal(
  cli: Cli,
  kind: 'gateway' | 'node',
  options: Options,
  range: { maxLines: number; sinceMs: number | undefined },
): Promise<string | undefined> {
  try {
    const { request, manager } = serviceTarget(cli, kind, { options });
    const wanted = { unit: unitNames(kind, request.profile).service, ...range };
    if (!(await hasServiceJournal(manager, wanted.unit))) return `the journal has nothing of ${wanted.unit}`;
    await followServiceJournal(manager, wanted, {
      format: cli.out.json ? 'json' : 'short-iso',
      isFollowing: hasOption(options, 'follow'),
    });
    return undefined;
  } catch (thrown) {
    if (thrown instanceof OpsError) return thrown.message;
    throw thrown;
  }
}
