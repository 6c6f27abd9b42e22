import { isPositiveInteger } from './positive-integer.ts';

/** A socket that systemd opened and that listens already. */
export type InheritedSocket = { fd: number /** `FileDescriptorName=` of the socket unit. */; name: string };

/** SD_LISTEN_FDS_START of sd-daemon.h. */
const FIRST_FD = 3;

/**
 * Takes over the sockets a socket unit has passed (sd_listen_fds(3)) and removes the variables, so that no child takes
 * them for its own. Gives none when the variables are absent or meant for another process.
 *
 * The descriptors themselves are not inherited by children: Node sets close-on-exec on those it was started with
 * (uv_disable_stdio_inheritance). Listen with `server.listen({ fd })`.
 */
export function takeInheritedSockets(
  env: Record<string, string | undefined>,
  pid: number = process.pid,
): InheritedSocket[] {
  const { LISTEN_PID, LISTEN_FDS, LISTEN_FDNAMES = '' } = env;
  for (const name of ['LISTEN_PID', 'LISTEN_FDS', 'LISTEN_FDNAMES']) delete env[name];
  if (!isPositiveInteger(LISTEN_FDS) || Number(LISTEN_PID) !== pid) return [];
  const names = LISTEN_FDNAMES.split(':');
  return Array.from({ length: Number(LISTEN_FDS) }, (_, index) => ({
    fd: FIRST_FD + index,
    name: names[index] || 'unknown',
  }));
}
