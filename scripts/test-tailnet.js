// `npm run test:tailnet`: builds tailscaled into a cache outside the clone (needs Go; 3 minutes the first time), then
// runs the suite on a real tailnet. Without Go, or without /dev/net/tun, what can be asked of a stand-in is.
import { ensureInstalled, run, runtime } from './ensure-installed.js';

ensureInstalled();
if (run(runtime(), ['test/tailnet/build-tailscale.ts']) !== 0)
  console.log('tailnet: no real tailscaled, a stand-in with recorded answers takes its place');
process.exit(run(runtime(), ['scripts/run-suites.js', 'tailnet']));
