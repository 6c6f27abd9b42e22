import { parsePins } from '../../../protocol/host/index.ts';
import { OpsError, readNodeConfig, writeNodeConfig } from '../../../state/index.ts';
import type { CommandRun } from '../../program/command-spec.ts';
import { hasOption } from '../../program/option-values.ts';

/**
 * `node pin`: shows or replaces the pins in node.json. A running node uses them at its next attempt, so a renewal needs
 * no restart: pin old and new before it, the new one alone after it.
 */
export const run: CommandRun = async (cli, { args, options }) => {
  const config = readNodeConfig(cli.paths.nodeConfig);
  if (config?.gateway?.host === undefined) {
    throw new OpsError('usage', 'cannot show or change pins: this machine has never been a node', {
      remedies: [{ kind: 'run', command: ['clawdbot', 'node', 'install', '--host', 'GATEWAY', '--tls'] }],
    });
  }
  const { gateway } = config;
  const isChange = args.length > 0 || hasOption(options, 'clear');
  const pins = args.length > 0 ? args.join(',') : undefined;
  if (pins !== undefined && parsePins(pins) === undefined) {
    throw new OpsError('usage', 'cannot pin: give one or two SHA-256 digests, 64 hexadecimal digits each');
  }
  if (pins !== undefined && gateway.tls !== true) {
    throw new OpsError(
      'usage',
      `cannot pin a certificate of ${gateway.host}: this node connects without TLS`,
    );
  }
  if (isChange) {
    const { tlsFingerprint: before, tlsFingerprintReplaces: first, ...rest } = gateway;
    // The unit may still name the pin it was installed with; it must not come back at the next start.
    const replaces = first ?? before;
    const next = {
      ...rest,
      ...(pins === undefined ? {} : { tlsFingerprint: pins }),
      ...(replaces === undefined ? {} : { tlsFingerprintReplaces: replaces }),
    };
    writeNodeConfig(cli.paths.nodeConfig, { ...config, gateway: next });
  }
  const now = isChange ? pins : gateway.tlsFingerprint;
  if (cli.out.json)
    cli.out.value({ ok: true, gateway: `${gateway.host}:${gateway.port}`, pins: now?.split(',') ?? [] });
  else
    cli.out.line(
      now === undefined
        ? 'No pin: the authorities of the system decide.'
        : `Pinned: ${now.split(',').join(', ')}`,
    );
  return 0;
};
