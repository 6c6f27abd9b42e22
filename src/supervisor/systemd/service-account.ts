import { chownSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { OpsError } from '../../state/index.ts';
import { plainPath, plainText } from './escape.ts';
import { call } from './manager.ts';
import { readTemplate } from './read-template.ts';
import { renderUnit } from './render-unit.ts';
import { NOTICE } from './service-units.ts';

/** The account of the system scope, as in the unit templates. */
export const SERVICE_ACCOUNT = 'clawdbot';
/** Where it is described for systemd-sysusers. */
export const SYSUSERS_FILE = '/etc/sysusers.d/clawdbot.conf';

/** Makes the dedicated account and its state directory, if they are missing. Gives what was done. @throws `unit/systemctl` */
export async function ensureServiceAccount(stateDir: string): Promise<string[]> {
  const did: string[] = [];
  if (accountIds() === undefined) {
    const text = renderUnit(
      readTemplate('clawdbot.sysusers'),
      { notice: plainText(NOTICE), workingDirectory: plainPath(stateDir) },
      { scope: 'system', systemdVersion: 0 },
    );
    mkdirSync('/etc/sysusers.d', { recursive: true, mode: 0o755 });
    writeFileSync(SYSUSERS_FILE, text, { mode: 0o644 });
    const { status, stderr } = await call('systemd-sysusers', [SYSUSERS_FILE]);
    if (status !== 0)
      throw new OpsError('unit/systemctl', `cannot create the account ${SERVICE_ACCOUNT}: ${stderr.trim()}`);
    did.push(`created the account ${SERVICE_ACCOUNT}`);
  }
  const ids = accountIds();
  if (ids === undefined)
    throw new OpsError('unit/systemctl', `cannot find the account ${SERVICE_ACCOUNT} after creating it`);
  if (statSync(stateDir, { throwIfNoEntry: false }) === undefined) {
    mkdirSync(stateDir, { recursive: true, mode: 0o700 });
    chownSync(stateDir, ids.uid, ids.gid);
    did.push(`created ${stateDir}`);
  }
  return did;
}

function accountIds(): { uid: number; gid: number } | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${SERVICE_ACCOUNT}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
}
