import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { OpsError } from '../../state/index.ts';

/** 4 MB: a report has 100 KB. */
const LARGEST_ANSWER_BYTES = 4_000_000;

/**
 * Runs another command of this program in a process of its own, at low priority, and gives the JSON it prints. Work that
 * reads all of /proc would otherwise hold up the caller's event loop; its memory goes back to the machine afterwards.
 * Killed at the deadline, and when the caller is done with it: `until` is a signal of that, or `done` for work that goes on
 * although the caller ends, because ending the caller is a part of it.
 * @throws `child/died` when it gives no JSON
 */
export function runApart(
  args: readonly string[],
  options: { env: NodeJS.ProcessEnv; deadlineMs: number; until: AbortSignal | 'done' },
): Promise<unknown> {
  const { env, deadlineMs, until } = options;
  const cannot = (why: string): OpsError =>
    new OpsError('child/died', `cannot run clawdbot ${args.join(' ')} beside the gateway: ${why}`);
  return new Promise((resolve, reject) => {
    const script = process.argv[1] ?? '';
    const child = spawn(process.execPath, [...process.execArgv, script, ...args], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      killSignal: 'SIGKILL',
      timeout: deadlineMs,
      // In a session of its own the end of the caller's terminal is none of its business.
      ...(until === 'done' ? { detached: true } : { signal: until }),
    });
    if (until === 'done') child.unref();
    yieldTo(child.pid);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (stdout.length > LARGEST_ANSWER_BYTES) child.kill('SIGKILL');
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-2_000);
    });
    child.on('error', (cause) => reject(cannot(cause.message)));
    child.on('close', (status, endedBy) => {
      if (endedBy !== null) return reject(cannot(`it was ended by ${endedBy} (deadline ${deadlineMs} ms)`));
      const answer = parse(stdout);
      // Exit status 1 is an answer too: there are findings. 2 and above: the command itself failed.
      if (answer !== undefined && (status === 0 || status === 1)) resolve(answer);
      else reject(cannot(stderr.trim().split('\n')[0] || `exit status ${status} without an answer`));
    });
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The gateway's own work comes first. */
function yieldTo(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It has ended already, or a sandbox forbids it; then it competes as anybody.
  }
}
