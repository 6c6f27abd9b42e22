import { OpsError } from '../../state/index.ts';
import { MEANINGS } from './exit-history.ts';
import { requireRights, type ServiceManager } from './manager.ts';
import { readServiceJournal } from './service-journal.ts';
import { showUnit, type UnitFacts } from './show-unit.ts';
import { hasMetStartLimit } from './start-limit.ts';
import type { UnitNames } from './unit-names.ts';

/** 100 s: `TimeoutStopSec=`, then `TimeoutStartSec=`, then something on top; systemd itself gives up earlier. */
const JOB_DEADLINE_MS = 100_000;

/** A verb of a service: what systemd said about it afterwards. */
export type ServiceAction = { facts: UnitFacts; did: string };

/**
 * Starts a service and waits until it is ready. Clears what an earlier failure latched (field failure F-24); the socket
 * is pulled in by the service.
 * @throws `unit/inactive` with the cause when it does not come up, `unit/refused` when it is masked or absent
 */
export async function startService(manager: ServiceManager, names: UnitNames): Promise<ServiceAction> {
  const before = await requireStartable(manager, names);
  if (before.activeState === 'active') return { facts: before, did: `${names.service} is running already` };
  await clearLatch(manager, names);
  return runJob(manager, names, 'start');
}

/** Restarts, or starts, a service and waits until it is ready. @throws as {@link startService} */
export async function restartService(manager: ServiceManager, names: UnitNames): Promise<ServiceAction> {
  await requireStartable(manager, names);
  await clearLatch(manager, names);
  return runJob(manager, names, 'restart');
}

/** Stops a service and gives its port back: an open socket would start it again. Nothing happens to a stopped one. */
export async function stopService(manager: ServiceManager, names: UnitNames): Promise<ServiceAction> {
  requireRights(manager);
  const before = await showUnit(manager, names.service);
  const units = [names.socket, names.service].filter((unit) => unit !== undefined);
  const { status, stderr } = await manager.systemctl(['stop', ...units], { deadlineMs: JOB_DEADLINE_MS });
  const facts = await showUnit(manager, names.service);
  // 5: not loaded (systemctl(1)); there is nothing to stop then.
  if (status !== 0 && status !== 5) {
    throw new OpsError('unit/systemctl', `cannot stop ${names.service}: ${stderr.trim()}`);
  }
  const wasRunning = ['active', 'activating', 'deactivating', 'reloading'].includes(before.activeState);
  return { facts, did: wasRunning ? `stopped ${names.service}` : `${names.service} was not running` };
}

async function requireStartable(manager: ServiceManager, names: UnitNames): Promise<UnitFacts> {
  requireRights(manager);
  const facts = await showUnit(manager, names.service);
  if (facts.loadState === 'loaded') return facts;
  const kind = names.service.includes('-node') ? 'node' : 'gateway';
  if (facts.loadState === 'masked') {
    throw new OpsError('unit/refused', `cannot start ${names.service}: it is masked in the ${manager.name}`, {
      remedies: [{ kind: 'run', command: ['systemctl', `--${manager.scope}`, 'unmask', names.service] }],
    });
  }
  throw new OpsError(
    'unit/refused',
    `cannot start ${names.service}: it is not installed in the ${manager.name} (${facts.loadState})`,
    {
      remedies: [
        {
          kind: 'run',
          command: ['clawdbot', kind, 'install', ...(manager.scope === 'system' ? ['--system'] : [])],
        },
        { kind: 'run', command: ['clawdbot', kind, 'run'] },
      ],
    },
  );
}

async function clearLatch(manager: ServiceManager, names: UnitNames): Promise<void> {
  await manager.systemctl(['reset-failed', ...names.all]);
}

async function runJob(
  manager: ServiceManager,
  names: UnitNames,
  verb: 'start' | 'restart',
): Promise<ServiceAction> {
  const startedAt = Date.now();
  const { status, stderr } = await manager.systemctl([verb, names.service], { deadlineMs: JOB_DEADLINE_MS });
  const facts = await showUnit(manager, names.service);
  if (status === 0 && facts.activeState === 'active') return { facts, did: `${verb}ed ${names.service}` };
  const lines = await readServiceJournal(manager, { unit: names.service, sinceMs: startedAt, maxLines: 15 });
  throw new OpsError(
    'unit/inactive',
    `cannot ${verb} ${names.service}: ${describeFailure(facts)}${lines.length > 0 ? `\n${lines.join('\n')}` : ''}`,
    {
      remedies: [{ kind: 'run', command: ['systemctl', `--${manager.scope}`, 'status', names.service] }],
      evidence: {
        result: facts.result,
        mainStatus: facts.mainStatus,
        systemctl: stderr.trim().split('\n')[0],
      },
    },
  );
}

/** Why a unit is not running, in words. */
export function describeFailure(facts: UnitFacts): string {
  const last =
    facts.mainCode === undefined ? '' : `, last process ${facts.mainCode} with ${facts.mainStatus}`;
  const said = facts.statusText === '' ? '' : `: ${facts.statusText}`;
  const meaning = facts.mainCode === 'exited' ? MEANINGS[String(facts.mainStatus)] : undefined;
  const why = `${facts.result}${last}${meaning === undefined ? '' : `: ${meaning}`}`;
  const { burst, intervalUsec } = facts.startLimit;
  return hasMetStartLimit(facts)
    ? `${facts.activeState}: systemd gave up after ${burst} starts in ${intervalUsec} (${why})${said}`
    : `${facts.activeState} (${why})${said}`;
}
