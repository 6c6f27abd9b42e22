/** V8 looks every 8 s whether an idle heap can shrink, and then collects: 50 ms CPU in the first minutes of a wait. */
const QUIET_FLAG = '--no-memory-reducer';

/**
 * Starts this program again in the same process (same pid, same arguments) with an engine that does nothing while it is
 * idle. For `onStandby` of `claimService`, in programs that have opened nothing yet: everything but the standard streams
 * is closed. Returns when there is nothing to do: it is quiet already, or it was given sockets, which would be lost.
 */
export function standByQuietly(self: {
  execPath: string;
  execArgv: readonly string[];
  argv: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
}): void {
  if (self.execArgv.includes(QUIET_FLAG) || self.env['LISTEN_FDS'] !== undefined) return;
  // Since Node 23.11; @types know it as optional because Windows lacks it.
  process.execve?.(self.execPath, [self.execPath, QUIET_FLAG, ...self.execArgv, ...self.argv.slice(1)], {
    ...self.env,
  });
}
