// `npm test`: everything from a fresh clone. Arguments name suites (`npm test -- unit cli`); none means all.
import { ensureInstalled, run, runtime } from './ensure-installed.js';

ensureInstalled();
process.exit(run(runtime(), ['scripts/run-suites.js', ...process.argv.slice(2)]));
