import { existsSync, rmdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DoctorStep, DoctorStepResult } from '../../protocol/index.ts';
import { ensurePrivateDirectory, readTextIfPresent, writePrivateFile } from '../../state/index.ts';
import { openServiceManager } from '../../supervisor/systemd/index.ts';

type DropIn = Extract<DoctorStep, { kind: 'drop-in' }>;
type Environment = Readonly<Record<string, string | undefined>>;

/** Writes a drop-in beside its unit and has the manager read it. Another text under that name is somebody's own. */
export async function writeDropIn(
  { path, text, scope }: DropIn,
  env: Environment,
): Promise<DoctorStepResult> {
  const manager = openServiceManager({ scope, env });
  const unit = dirname(path).replace(/\.d$/, '');
  if (!existsSync(unit)) return { kind: 'not-needed', why: `${unit} is not there any more` };
  const present = readTextIfPresent(path);
  if (present !== undefined && present !== text)
    return { kind: 'not-needed', why: `${path} exists with another text` };
  ensurePrivateDirectory(dirname(path));
  writePrivateFile(path, text);
  return reload(manager);
}

/** Removes it again, unless somebody has changed it. */
export async function removeDropIn(
  { path, text, scope }: DropIn,
  env: Environment,
): Promise<DoctorStepResult> {
  const manager = openServiceManager({ scope, env });
  const present = readTextIfPresent(path);
  if (present === undefined) return { kind: 'not-needed', why: `${path} is not there any more` };
  if (present !== text) return { kind: 'not-needed', why: `${path} has another text now` };
  rmSync(path);
  try {
    rmdirSync(dirname(path));
  } catch {
    // other drop-ins are in it
  }
  return reload(manager);
}

async function reload(manager: ReturnType<typeof openServiceManager>): Promise<DoctorStepResult> {
  const { status, stderr } = await manager.systemctl(['daemon-reload']);
  if (status === 0) return { kind: 'done' };
  return { kind: 'failed', why: `the file is in place, but: ${stderr.trim().split('\n')[0]}` };
}
