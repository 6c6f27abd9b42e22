import { OpsError } from '../state/index.ts';
import { findTrustedHelper } from './trusted-helper.ts';

/**
 * Init for a container: starts the program given as arguments, hands signals on to it, reaps whatever is orphaned
 * (a shell's `wait` collects every child), and ends with the program's status. `<&0` keeps standard input, which a
 * shell takes from background commands. `wait` returns early when a trap ran; then it is asked again.
 */
const INIT_SCRIPT = `
"$@" <&0 &
child=$!
for name in HUP INT QUIT TERM USR1 USR2; do trap "caught=1; kill -$name $child" "$name"; done
while :; do
  caught=
  wait "$child"
  status=$?
  [ -n "$caught" ] || exit "$status"
done
`;

/** Set for the program below the init, so that a second look at pid 1 (a pid namespace inside) changes nothing. */
const UNDER_INIT = 'CLAWDBOT_UNDER_INIT';

/**
 * When this process is pid 1 (of a container without an init), replaces it by a small init that runs the same command
 * again as its child; Node itself never waits for processes it did not start, so orphans would stay zombies.
 * Does nothing otherwise. Call it before anything is opened: the process image is replaced (execve(2)).
 * @throws `internal` when there is no shell in a system directory
 */
export function becomeInitIfNeeded(options: {
  pid: number;
  execPath: string;
  execArgv: readonly string[];
  argv: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
}): void {
  if (options.pid !== 1 || options.env[UNDER_INIT] !== undefined) return;
  const shell = findTrustedHelper('sh');
  if (shell === undefined || process.execve === undefined) {
    throw new OpsError('internal', 'cannot act as pid 1: there is no shell in a system directory', {
      remedies: [{ kind: 'read', text: 'Start the container with an init (docker run --init).' }],
    });
  }
  const command = [options.execPath, ...options.execArgv, ...options.argv.slice(1)];
  process.execve(shell, ['sh', '-c', INIT_SCRIPT, 'clawdbot-init', ...command], {
    ...options.env,
    [UNDER_INIT]: '1',
  });
}
