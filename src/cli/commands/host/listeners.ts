import { existsSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { loadConfig, OpsError, resolveGatewaySettings } from '../../../state/index.ts';
import {
  type ClassifiedListener,
  classifyPort,
  describeStarter,
  identityHash,
  inspectListeners,
  type Listener,
  readHolder,
} from '../../../supervisor/index.ts';
import { renderTable } from '../../output/render-table.ts';
import { durationText } from '../../output/time-text.ts';
import type { CommandRun } from '../../program/command-spec.ts';
import { hasOption, numberOption } from '../../program/option-values.ts';

/** `listeners`: the view of `ss -ltnp` with every holder, its starter and age, and whose it is on the gateway's port. */
export const run: CommandRun = async (cli, { args, options }) => {
  const settings = resolveGatewaySettings(loadConfig(cli.paths, cli.env), cli.env, {}, networkInterfaces());
  const port = readPort(args[0]) ?? numberOption(options, 'port') ?? settings.port;
  const listeners: readonly (Listener | ClassifiedListener)[] = hasOption(options, 'all')
    ? inspectListeners()
    : await classified(
        cli.paths.stateDir,
        port,
        settings.addresses.map(({ host }) => host),
      );
  if (cli.out.json) {
    cli.out.value(listeners);
    return 0;
  }
  if (listeners.length === 0) {
    cli.out.line(hasOption(options, 'all') ? 'Nobody listens.' : `Nobody listens on port ${port}.`);
    return 0;
  }
  for (const line of renderTable(
    ['Address', 'Whose', 'PID', 'UID', 'Name', 'Program', 'Started by', 'Age'],
    listeners.flatMap(rowsOf),
  ))
    cli.out.line(line);
  for (const listener of listeners) {
    if ('why' in listener) cli.out.line(`${addressOf(listener)}: ${listener.class}: ${listener.why}`);
    if (listener.hidden !== undefined) cli.out.line(`${addressOf(listener)}: ${listener.hidden}`);
  }
  return 0;
};

async function classified(
  stateDir: string,
  port: number,
  addresses: readonly string[],
): Promise<readonly ClassifiedListener[]> {
  const reading = await readHolder(stateDir);
  const verdict = await classifyPort({
    // Wildcards too: everything on the port is of interest here, whether it is in the way or not.
    addresses: [...new Set([...addresses, '0.0.0.0', '::'])],
    port,
    // Without a state directory no gateway can be ours.
    stateDirHash: existsSync(stateDir) ? identityHash(stateDir) : '',
    record: reading.kind === 'present' ? reading.record : undefined,
  });
  return verdict.kind === 'taken' ? verdict.listeners : verdict.nearby;
}

function rowsOf(listener: Listener | ClassifiedListener): string[][] {
  const whose = 'class' in listener ? listener.class : '';
  if (listener.holders.length === 0)
    return [[addressOf(listener), whose, 'unknown', String(listener.uid), '', '', '', '']];
  return listener.holders.map((holder) => [
    addressOf(listener),
    whose,
    String(holder.pid),
    String(holder.uid),
    holder.name,
    holder.program ?? 'unknown',
    describeStarter(holder.starter),
    durationText(holder.ageMs),
  ]);
}

function addressOf({ family, address, port }: Listener): string {
  return family === 'ipv6' ? `[${address}]:${port}` : `${address}:${port}`;
}

function readPort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new OpsError('usage', `cannot list listeners: ${JSON.stringify(text)} is not a port from 1 to 65535`);
}
