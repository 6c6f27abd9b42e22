// `npm start`: from a fresh clone to a running gateway with a paired node, on a state dir inside the clone.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled, root, run, runtime, runtimeEnvironment } from './ensure-installed.js';

ensureInstalled();
if (run(runtime(), ['scripts/build.js']) !== 0) process.exit(1);

const state = join(root, '.state');
const child = spawn(runtime(), ['bin/clawdbot.js', 'up', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  // A private home: nothing of the user's own ~/.clawdbot is read or written.
  env: { ...runtimeEnvironment(), HOME: state, CLAWDBOT_STATE_DIR: join(state, '.clawdbot') },
});
// The terminal sends Ctrl-C to the whole group; wait for the child instead of dying before it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => signal !== 'SIGINT' && child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
