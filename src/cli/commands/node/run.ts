import { type GatewayAddress, runNodeProcess } from '../../../node/index.ts';
import { connectServiceManager, readTokenCredential } from '../../../supervisor/systemd/index.ts';
import type { CommandRun, Options } from '../../program/command-spec.ts';
import { numberOption, textOption } from '../../program/option-values.ts';
import { openServiceLog } from '../../program/service-log.ts';
import { VERSION } from '../../version.ts';
import { reportNode } from './service-report.ts';

/** `node run`: the node host in the foreground, until it is told to stop. */
export const run: CommandRun = async (cli, { options }) => {
  const log = await openServiceLog(cli, { program: 'node', verbose: false });
  const manager = connectServiceManager();
  if (manager.trouble !== undefined) cli.out.note(manager.trouble);
  const report = reportNode(manager);
  try {
    await runNodeProcess({
      paths: cli.paths,
      version: VERSION,
      env: cli.env,
      log,
      onState: report.onState,
      ...optional('token', readTokenCredential(process.env)),
      ...gatewayAddress(options),
      ...optional('nodeId', textOption(options, 'nodeId')),
      ...optional('displayName', textOption(options, 'displayName')),
    });
    await report.ended();
    return 0;
  } catch (thrown) {
    await report.ended(thrown);
    throw thrown;
  } finally {
    log.close();
  }
};

function gatewayAddress(options: Options): { gateway?: GatewayAddress } {
  const port = numberOption(options, 'port');
  const tls = options['tls'];
  const gateway = {
    ...optional('host', textOption(options, 'host')),
    ...(port === undefined ? {} : { port }),
    ...(typeof tls === 'boolean' ? { tls } : {}),
    ...optional('tlsFingerprint', textOption(options, 'tlsFingerprint')),
  };
  return Object.keys(gateway).length === 0 ? {} : { gateway };
}

function optional<K extends string>(key: K, value: string | undefined): { [P in K]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: string }); // exactly this key, a text
}
