import { networkInterfaces } from 'node:os';
import { loadConfig, OpsError, resolveGatewaySettings } from '../../../state/index.ts';
import {
  acquireLock,
  describeStarter,
  type HolderRecord,
  judgeHolder,
  listStandbys,
  readHolder,
  stopOwner,
  wantedAddresses,
} from '../../../supervisor/index.ts';
import type { Cli } from '../../cli.ts';
import type { CommandRun } from '../../program/command-spec.ts';
import { hasOption } from '../../program/option-values.ts';
import { verbCommand } from '../service/verbs.ts';

/**
 * `gateway stop`: the service when the owner is a unit or nobody; a gateway started by hand is asked itself. Success
 * means that the port is silent.
 */
export const run: CommandRun = async (cli, input) => {
  const owner = hasOption(input.options, 'system') ? undefined : await livingOwner(cli.paths.stateDir);
  if (owner === undefined || owner.starter.kind === 'unit') return stopService(cli, input);
  if (owner.starter.kind === 'supervisor') {
    throw new OpsError(
      'lock/held',
      `cannot stop the gateway alone: the supervisor (pid ${owner.starter.pid}) would start it again`,
      { remedies: [{ kind: 'run', command: ['clawdbot', 'supervisor', 'stop'] }] },
    );
  }
  await stopByHand(cli);
  return 0;
};

/** Where there is no service manager, nothing can be a service. */
async function stopService(cli: Cli, input: Parameters<CommandRun>[1]): Promise<number | undefined> {
  try {
    return await verbCommand('gateway', 'stop')(cli, input);
  } catch (thrown) {
    const isMissing = thrown instanceof OpsError && thrown.code === 'unit/no-systemd';
    if (!isMissing || hasOption(input.options, 'system')) throw thrown;
    await stopByHand(cli);
    return 0;
  }
}

async function stopByHand(cli: Cli): Promise<void> {
  const loaded = loadConfig(cli.paths, cli.env);
  const settings = resolveGatewaySettings(loaded, cli.env, {}, networkInterfaces());
  const isAwaited = listStandbys(cli.paths.stateDir).length > 0;
  const outcome = await stopOwner({
    stateDir: cli.paths.stateDir,
    addresses: wantedAddresses(settings.addresses).addresses,
    port: settings.port,
    drainMs: loaded.config.supervisor.drainMs,
    force: 'term',
  });
  if (outcome.kind === 'refused' || outcome.kind === 'still-there') {
    throw new OpsError('lock/held', `cannot stop the gateway: ${outcome.reason}`, {
      remedies: [{ kind: 'run', command: ['clawdbot', 'listeners'] }],
    });
  }
  if (outcome.kind === 'stopped' && isAwaited) await refuseSuccessor(cli.paths.stateDir, outcome.pid);
  if (cli.out.json) cli.out.value({ action: 'stop', ok: true, ...outcome });
  cli.out.line(
    outcome.kind === 'absent'
      ? 'No gateway runs.'
      : `Stopped the gateway (pid ${outcome.pid}, ${outcome.by}).`,
  );
}

/** 10 s: who stood by has the lock at once and writes its name within 150 ms; more only where the machine has no time. */
const NAMED_MS = 10_000;

/** Who stood by takes over, a unit of the same state directory for one: then the gateway has not stopped. @throws `lock/held` */
async function refuseSuccessor(stateDir: string, pid: number): Promise<void> {
  const giveUpAt = performance.now() + NAMED_MS;
  for (;;) {
    const attempt = await acquireLock({ stateDir });
    if (attempt.kind === 'acquired') return attempt.lock.release();
    const owner = await livingOwner(stateDir);
    if (owner === undefined && performance.now() < giveUpAt) continue;
    const who =
      owner === undefined
        ? 'another process'
        : `pid ${owner.pid} (started by ${describeStarter(owner.starter)})`;
    throw new OpsError(
      'lock/held',
      `cannot stop the gateway for good: pid ${pid} has ended, but ${who} stood by and is the owner now`,
      { remedies: [{ kind: 'run', command: ['clawdbot', 'gateway', 'stop'] }] },
    );
  }
}

async function livingOwner(stateDir: string): Promise<HolderRecord | undefined> {
  const reading = await readHolder(stateDir);
  return reading.kind === 'present' && judgeHolder(reading.record).kind !== 'gone'
    ? reading.record
    : undefined;
}
