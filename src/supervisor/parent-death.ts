import { spawnSync } from 'node:child_process';
import { findTrustedHelper } from './trusted-helper.ts';

/** 2 s: the helper does two system calls. */
const PROBE_MS = 2000;

let guard: string | undefined | 'unknown' = 'unknown';

/**
 * The words before a command with which the kernel sends it a signal when this process dies (prctl(2),
 * PR_SET_PDEATHSIG); none where there is no helper that can. Tried once per process (2 ms).
 */
export function withParentDeath(signal: 'TERM' | 'KILL'): string[] {
  if (guard === 'unknown') {
    const setpriv = findTrustedHelper('setpriv');
    guard = setpriv !== undefined && canGuard(setpriv) ? setpriv : undefined;
  }
  return guard === undefined ? [] : [guard, '--pdeathsig', signal, '--'];
}

/**
 * Whether a setpriv does this here: the one of busybox (Alpine) does not know the option, and the one of util-linux always
 * calls capset(2), which the sandbox of a system unit forbids (SystemCallFilter=~@privileged).
 */
export function canGuard(setpriv: string): boolean {
  const args = ['--pdeathsig', 'KILL', '--', '/bin/sh', '-c', 'exit 0'];
  return spawnSync(setpriv, args, { stdio: 'ignore', timeout: PROBE_MS }).status === 0;
}
