import { readFileSync } from 'node:fs';

/** Whether this is Windows Subsystem for Linux: its kernel names Microsoft (`5.15.153.1-microsoft-standard-WSL2`). */
export function isWsl(versionFile = '/proc/version'): boolean {
  try {
    return /microsoft/i.test(readFileSync(versionFile, 'utf8'));
  } catch {
    return false; // no such file: not the Linux we know
  }
}

/** What WSL needs before there is a systemd at all. */
export const WSL_WITHOUT_SYSTEMD =
  'this is WSL without systemd: put "[boot]" and "systemd=true" into /etc/wsl.conf, then run "wsl --shutdown" in Windows';
