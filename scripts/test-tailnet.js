// `npm run test:tailnet`: builds tailscaled into a cache outside the clone (needs Go; 3 minutes the first time), then
// runs the suite on a real tailnet. Without Go, or without /dev/net/tun, what can be asked of a stand-in is.
import { ensureInstalled, run, runtime } from './ensure-installed.js';

ensureInstalled();
const isReal = run(runtime(), ['test/tailnet/build-tailscale.ts']) === 0;
process.env.CLAWDBOT_SUITE_NOTE = isReal
  ? 'tailnet        on a real tailscaled, and the stand-in beside it'
  : 'tailnet        on the stand-in with recorded answers only: no real tailscaled';
process.exit(run(runtime(), ['scripts/run-suites.js', 'tailnet']));
