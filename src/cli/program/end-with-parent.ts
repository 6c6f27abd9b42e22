/**
 * Ends this process like SIGTERM when the launcher that started it is gone, however it went: the kernel closes the
 * channel between the two (field failure F-45). Without such a channel it does nothing.
 */
export function endWithParent(): void {
  if (process.channel === undefined || process.channel === null) return;
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  // The channel alone is no reason to stay alive.
  process.channel.unref();
}
