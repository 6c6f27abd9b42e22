/** Builds tailscaled, tailscale and the control server into the cache outside the clone, unless they are there. */
import { buildTailscale } from './tailscale-build.ts';

console.log(`tailscale: ${buildTailscale().folder}`);
