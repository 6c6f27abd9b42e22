import { loadConfig, type OpenLogger, openLogger, resolveLogPath } from '../../state/index.ts';
import type { Cli } from '../cli.ts';

/** The log of a long-running program: its file under the state directory, and stderr for people or the journal. */
export async function openServiceLog(
  cli: Cli,
  { program, verbose }: { program: 'gateway' | 'node'; verbose: boolean },
): Promise<OpenLogger> {
  const { config } = loadConfig(cli.paths, cli.env);
  const { level, consoleLevel, maxBytes } = config.logging;
  return openLogger({
    file: resolveLogPath(cli.paths, config, program),
    subsystem: program,
    level: verbose ? 'debug' : level,
    maxBytes,
    console: { stream: process.stderr, level: verbose ? 'debug' : (consoleLevel ?? level) },
    secrets: [
      config.gateway.auth.token,
      config.gateway.auth.password,
      config.gateway.remote.token,
      config.gateway.remote.password,
      cli.env['CLAWDBOT_GATEWAY_TOKEN'],
      cli.env['CLAWDBOT_GATEWAY_PASSWORD'],
    ],
  });
}
