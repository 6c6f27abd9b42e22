import { existsSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { requireRights, type ServiceManager } from './manager.ts';
import type { Note } from './note.ts';
import { SERVICE_ACCOUNT, SYSUSERS_FILE } from './service-account.ts';
import { exitRecordPath } from './service-units.ts';
import { showUnit } from './show-unit.ts';
import { stopService } from './start-service.ts';
import { type ServiceKind, unitNames } from './unit-names.ts';
import { memoryDirectory, removeUnits } from './write-units.ts';

export type UninstallReport = {
  action: 'uninstall';
  result: 'uninstalled' | 'not-installed';
  scope: ServiceManager['scope'];
  did: readonly string[];
  notes: readonly Note[];
};

/**
 * Stops, disables and removes the units of one service, and what was remembered about them. Drop-ins were not written
 * by us and stay, named in a note; so do lingering and the state directory. @throws `unit/*`
 */
export async function uninstallService(options: {
  manager: ServiceManager;
  kind: ServiceKind;
  profile: string | undefined;
  stateDir: string;
  mode: 'apply' | 'dry-run';
}): Promise<UninstallReport> {
  const { manager, kind, profile, stateDir } = options;
  const names = unitNames(kind, profile);
  const present = names.all
    .map((unit) => join(manager.unitDirectory, unit))
    .filter((path) => existsSync(path));
  const notes = names.all
    .map((unit) => join(manager.unitDirectory, `${unit}.d`))
    .filter((path) => existsSync(path))
    .map(dropInNote);
  if (manager.scope === 'system') notes.push(accountNote(stateDir));
  const report = { action: 'uninstall' as const, scope: manager.scope, notes };
  if (options.mode === 'dry-run') {
    return {
      ...report,
      result: present.length === 0 ? 'not-installed' : 'uninstalled',
      did: present.map((path) => `would remove ${path}`),
    };
  }
  requireRights(manager);
  const did: string[] = [];
  const facts = await showUnit(manager, names.service);
  if (facts.activeState !== 'inactive' && facts.loadState !== 'not-found')
    did.push((await stopService(manager, names)).did);
  if (present.length > 0) await manager.systemctl(['disable', ...names.all]);
  const memory = memoryDirectory(manager.scope, stateDir);
  did.push(
    ...removeUnits(names.all, { unitDirectory: manager.unitDirectory, memory }).map(
      (path) => `removed ${path}`,
    ),
  );
  await manager.systemctl(['daemon-reload']);
  await manager.systemctl(['reset-failed', ...names.all]);
  for (const path of [
    exitRecordPath(stateDir, names.service),
    `${exitRecordPath(stateDir, names.service)}.1`,
  ])
    rmSync(path, { force: true });
  removeIfEmpty(memory);
  return { ...report, result: did.length === 0 ? 'not-installed' : 'uninstalled', did };
}

function dropInNote(path: string): Note {
  return {
    id: 'unit/dropins',
    text: `${path} was not written by this program and stays`,
    commands: [['rm', '-r', path]],
  };
}

function accountNote(stateDir: string): Note {
  return {
    id: 'unit/account',
    text: `the account ${SERVICE_ACCOUNT} and ${stateDir} stay, for a later install; when they are not wanted any more:`,
    commands: [
      ['rm', '-r', stateDir, SYSUSERS_FILE],
      ['userdel', SERVICE_ACCOUNT],
    ],
  };
}

function removeIfEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch {
    // another service's texts are in it, or it was never made
  }
}
