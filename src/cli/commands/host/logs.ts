import { loadConfig, OpsError } from '../../../state/index.ts';
import type { Cli } from '../../cli.ts';
import type { Gateway } from '../../connection/gateway.ts';
import { openGateway } from '../../connection/open-gateway.ts';
import { listIn, numberIn, recordOf, textIn } from '../../connection/payload.ts';
import { fileSource, type LogSource } from '../../log/log-source.ts';
import { logNotice, showLog } from '../../log/show-log.ts';
import type { CommandRun, Options } from '../../program/command-spec.ts';
import { hasOption, numberOption, textOption } from '../../program/option-values.ts';

const DEFAULTS = { lines: 200, bytes: 250_000 } as const;

/** `logs`: through the gateway, or from the file when there is none to ask. */
export const run: CommandRun = async (cli, { options }) => {
  await showLog(cli.out, await openSource(cli, options), {
    isFollowing: hasOption(options, 'follow'),
    intervalMs: numberOption(options, 'interval'),
    onTruncated: 'Log tail truncated (increase --max-bytes).',
    isPlain: hasOption(options, 'plain'),
  });
  return 0;
};

async function openSource(cli: Cli, options: Options): Promise<LogSource> {
  const wanted = {
    limit: numberOption(options, 'limit') ?? DEFAULTS.lines,
    maxBytes: numberOption(options, 'maxBytes') ?? DEFAULTS.bytes,
  };
  if (hasOption(options, 'local')) return fileSource(cli, 'gateway', wanted);
  try {
    return gatewaySource(await openGateway({ cli, options, intention: 'read the log' }), wanted);
  } catch (thrown) {
    const isOurs =
      textOption(options, 'url') === undefined &&
      loadConfig(cli.paths, cli.env).config.gateway.mode !== 'remote';
    const isDown =
      thrown instanceof OpsError &&
      ['gateway/unreachable', 'gateway/timeout', 'gateway/closed'].includes(thrown.code);
    if (!isOurs || !isDown) throw thrown;
    logNotice(
      cli.out,
      `The gateway does not answer; this is its log file. (${thrown.message.split('\n')[0]})`,
    );
    return fileSource(cli, 'gateway', wanted);
  }
}

/** One connection serves every poll; the reference opens one per poll. */
function gatewaySource(gateway: Gateway, wanted: { limit: number; maxBytes: number }): LogSource {
  return {
    read: async (cursor) => {
      const answer = await gateway.call('logs.tail', {
        ...wanted,
        ...(cursor === undefined ? {} : { cursor }),
      });
      const { truncated, reset } = recordOf(answer);
      return {
        file: textIn(answer, 'file'),
        cursor: numberIn(answer, 'cursor') ?? 0,
        lines: listIn(answer, 'lines').filter((line) => typeof line === 'string'),
        truncated: truncated === true,
        reset: reset === true,
      };
    },
    close: gateway.close,
  };
}
