import { setTimeout as delay } from 'node:timers/promises';
import { ensurePrivateDirectory, OpsError } from '../../state/index.ts';
import { refuseHiddenProgram } from './hidden-program.ts';
import { enableLinger } from './linger.ts';
import { requireRights, type ServiceManager, userRuntimeDirectory } from './manager.ts';
import type { Note } from './note.ts';
import { findServices, type OtherService } from './other-services.ts';
import type { FileChange } from './plan-changes.ts';
import { planService, type ServiceRequest } from './plan-service.ts';
import { packageRoot } from './read-template.ts';
import { ensureServiceAccount } from './service-account.ts';
import { renderServiceUnits } from './service-units.ts';
import { showUnit, type UnitFacts } from './show-unit.ts';
import { restartService, startService, stopService } from './start-service.ts';
import { parseBlocks } from './unit-blocks.ts';
import { type UnitNames, unitNames } from './unit-names.ts';
import { compareUnits, memoryDirectory, writeUnits } from './write-units.ts';

export type InstallOptions = {
  request: ServiceRequest;
  manager: ServiceManager;
  /** Say what would be done, and do nothing. */
  mode: 'apply' | 'dry-run';
  /** Replace a unit of the same name that another program wrote, and install beside another owner. */
  force: boolean;
};

export type InstallReport = {
  action: 'install';
  result: 'installed' | 'already-installed' | 'planned';
  scope: ServiceManager['scope'];
  manager: string;
  files: readonly FileChange[];
  /** What was done, sentence by sentence; what would be done for a dry run. */
  did: readonly string[];
  notes: readonly Note[];
  /** After the start. */
  unit: UnitFacts | undefined;
};

/**
 * Writes, enables and starts the units of a service. Repeating it changes nothing. Hand edits and drop-ins stay; the
 * former text is kept as a private backup.
 * @throws `unit/refused` when another owner is in the way, `unit/inactive` when the service does not come up, `unit/*`
 */
export async function installService(options: InstallOptions): Promise<InstallReport> {
  const { request, manager, mode } = options;
  if (mode === 'apply') requireRights(manager);
  const names = unitNames(request.kind, request.profile);
  const notes: Note[] = [];
  const did: string[] = [];
  if (manager.scope === 'user' && mode === 'apply')
    notes.push(...(await prepareAccount(manager, request, did)));

  const others = findServices(manager.account.home);
  const rivals = others.services.filter((other) => isRival(other, request, manager, names));
  if (rivals.length > 0 && !options.force) throw rivalError(request, rivals);
  notes.push(...rivals.map(rivalNote));

  const planned = await planService(request, manager);
  // The node of the machine is not kept from homes: it runs the programs of people.
  if (manager.scope === 'system' && request.kind === 'gateway')
    refuseHiddenProgram(planned.plan.command, packageRoot());
  notes.push(...planned.notes);
  const memory = memoryDirectory(manager.scope, request.stateDir);
  const files = compareUnits(renderServiceUnits(planned.plan), {
    unitDirectory: manager.unitDirectory,
    memory,
  });
  const foreign = files.find(({ change }) => change === 'foreign');
  if (foreign !== undefined && !options.force) throw foreignError(foreign, request);
  notes.push(...files.flatMap(conflictNotes));

  const report = { action: 'install' as const, scope: manager.scope, manager: manager.name, files, notes };
  if (mode === 'dry-run') return { ...report, result: 'planned', did: dryRunSteps(files), unit: undefined };

  if (manager.scope === 'system') did.push(...(await ensureServiceAccount(request.stateDir)));
  else ensurePrivateDirectory(request.stateDir);
  const changed = files.filter(({ change }) => change !== 'unchanged');
  for (const backup of writeUnits(files, { memory, scope: manager.scope }, Date.now()))
    did.push(`kept the former text as ${backup}`);
  for (const { change, path } of changed) did.push(`${change === 'create' ? 'wrote' : 'changed'} ${path}`);
  await activate({ manager, names, changed, did });
  const unit = await showUnit(manager, names.service);
  return { ...report, result: did.length === 0 ? 'already-installed' : 'installed', did, unit };
}

/** Linger comes first: without a login it is what starts the user manager we are about to talk to. */
async function prepareAccount(
  manager: ServiceManager,
  { env }: ServiceRequest,
  did: string[],
): Promise<Note[]> {
  const { name, uid } = manager.account;
  const linger = await enableLinger(name);
  if (linger === 'enabled') {
    did.push(`enabled lingering for ${name}: the service runs without a login`);
    // logind starts the manager meanwhile; 10 s is far more than it needs.
    for (let tries = 0; tries < 100 && userRuntimeDirectory(uid, env) === undefined; tries += 1)
      await delay(100);
  }
  return typeof linger === 'object' ? [linger] : [];
}

/** Another unit that would start a gateway for the same state, or a node for the same account. */
function isRival(
  other: OtherService,
  request: ServiceRequest,
  manager: ServiceManager,
  names: UnitNames,
): boolean {
  if (other.kind !== request.kind || !other.enabled) return false;
  if (other.scope === manager.scope && other.unit === names.service) return false;
  if (other.stateDir !== undefined) return other.stateDir === request.stateDir;
  // Without a state directory of its own it uses the default one of its account, and so the default port.
  return request.profile === undefined && manager.scope === 'user';
}

function rivalError(request: ServiceRequest, rivals: readonly OtherService[]): OpsError {
  const list = rivals.map(({ path, scope, product }) => `${path} (${scope} unit of ${product})`).join(', ');
  return new OpsError(
    'unit/refused',
    `cannot install the ${request.kind} service: the same ${request.kind} is started by ${list}; two owners would fight for one port`,
    {
      remedies: [
        ...rivals.map(({ unit, scope }) => ({
          kind: 'run' as const,
          command: ['systemctl', `--${scope}`, 'disable', '--now', unit],
        })),
        { kind: 'read', text: 'or repeat the install with --force to have both' },
      ],
      evidence: { units: rivals.map(({ path }) => path) },
    },
  );
}

function rivalNote({ path, scope, unit, product }: OtherService): Note {
  return {
    id: product === 'clawdbot-supervisor' ? 'owner/two-scopes' : 'owner/legacy-name',
    text: `${path} starts the same service in the ${scope} scope`,
    commands: [['systemctl', `--${scope}`, 'disable', '--now', unit]],
  };
}

function foreignError(file: FileChange, { kind }: ServiceRequest): OpsError {
  return new OpsError(
    'unit/refused',
    `cannot write ${file.path}: it was not written by this program. This would change:\n${file.diff}`,
    {
      remedies: [
        {
          kind: 'read',
          text: 'with --force it is replaced; its text, without credentials, is kept as a backup',
        },
        { kind: 'run', command: ['clawdbot', kind, 'install', '--force'] },
      ],
    },
  );
}

function conflictNotes({ path, conflicts }: FileChange): Note[] {
  return conflicts.map(({ key, yours, generated }) => ({
    id: 'unit/edits',
    text: `${path}: ${key} keeps your ${yours.join(', ') || 'removal'}; this version would write ${generated.join(', ') || 'nothing'}`,
    commands: [],
  }));
}

function dryRunSteps(files: readonly FileChange[]): string[] {
  return files
    .filter(({ change }) => change !== 'unchanged')
    .map(({ change, path }) => `would ${change === 'create' ? 'write' : 'change'} ${path}`);
}

async function activate(step: {
  manager: ServiceManager;
  names: UnitNames;
  changed: readonly FileChange[];
  did: string[];
}): Promise<void> {
  const { manager, names, changed, did } = step;
  const before = await showUnit(manager, names.service);
  if (changed.length > 0 || before.needsReload) await manager.systemctl(['daemon-reload']);
  if (before.enablement !== 'enabled') {
    const { status, stderr } = await manager.systemctl(['enable', names.service]);
    if (status !== 0)
      throw new OpsError('unit/systemctl', `cannot enable ${names.service}: ${stderr.trim()}`);
    did.push(`enabled ${names.service}`);
  }
  const runs = before.activeState === 'active';
  if (runs && changed.length === 0) return;
  // Another socket can be opened only while the service is down. A new version stamp is no other socket.
  if (runs && changed.some(isOtherSocket)) await stopService(manager, names);
  const action = runs ? await restartService(manager, names) : await startService(manager, names);
  did.push(action.did);
}

function isOtherSocket({ path, present, text }: FileChange): boolean {
  if (!path.endsWith('.socket')) return false;
  const keys = (unit: string) =>
    JSON.stringify(
      parseBlocks(unit)
        .filter(({ name }) => name === 'Socket')
        .map(({ blocks }) => blocks.map(({ key, value }) => [key, value])),
    );
  return present === undefined || keys(present) !== keys(text);
}
