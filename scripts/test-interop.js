// `npm run test:interop`: downloads the published peers into a cache outside the clone, then runs the suite against them.
import { ensureInstalled, run, runtime } from './ensure-installed.js';

ensureInstalled();
if (run(runtime(), ['test/interop/install-peers.ts']) !== 0) process.exit(1);
process.exit(run(runtime(), ['scripts/run-suites.js', 'interop']));
