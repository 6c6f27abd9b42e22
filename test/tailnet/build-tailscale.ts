/** Builds tailscaled, tailscale and the control server into the cache outside the clone, unless they are there. */
import { buildTailscale } from './tailscale-build.ts';

try {
  console.log(`tailscale: ${buildTailscale().folder}`);
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exitCode = 1;
}
