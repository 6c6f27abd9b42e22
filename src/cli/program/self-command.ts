import { realpathSync } from 'node:fs';
import { userInfo } from 'node:os';
import { basename, delimiter, join, relative } from 'node:path';
import { shellText } from '../output/shell-text.ts';

/** Variables that decide which state a command works on; hints repeat them when they are set. */
const STATE_VARIABLES = [
  'CLAWDBOT_STATE_DIR',
  'CLAWDBOT_CONFIG_PATH',
  'CLAWDBOT_PROFILE',
  'CLAWDBOT_GATEWAY_PORT',
];

/**
 * What somebody types in the present directory to reach the same program and the same state as this process:
 * `clawdbot` when PATH leads here, else the interpreter and the script, with the variables that matter in front.
 */
export function selfCommand(env: NodeJS.ProcessEnv): string {
  const script = process.argv[1] ?? 'clawdbot';
  const program = leadsHere(env['PATH'], script)
    ? ['clawdbot']
    : [shorter(process.execPath), shorter(script)];
  const home = env['HOME'];
  const usual = home === undefined ? undefined : join(home, '.clawdbot');
  const variables = STATE_VARIABLES.filter((name) => env[name] && env[name] !== usual).map(
    (name) => `${name}=${shellText([shorter(env[name] ?? '')])}`,
  );
  if (home !== undefined && home !== loginHome()) variables.unshift(`HOME=${absolute(home)}`);
  return [...variables, shellText(program)].join(' ');
}

function leadsHere(path: string | undefined, script: string): boolean {
  for (const directory of (path ?? '').split(delimiter)) {
    try {
      const found = realpathSync(join(directory, 'clawdbot'));
      return found === realpathSync(script);
    } catch {
      // not in this directory; the next one may have it
    }
  }
  return false;
}

/** Other programs expect an absolute HOME; the shell makes a short one absolute. */
function absolute(path: string): string {
  const near = relative(process.cwd(), path);
  return near === '' || near.startsWith('..') || !/^[\w./-]+$/.test(near)
    ? shellText([path])
    : `"$PWD/${near}"`;
}

/** Relative to the present directory when that is shorter. */
function shorter(path: string): string {
  if (!path.startsWith('/')) return path;
  const near = relative(process.cwd(), path);
  if (near.length >= path.length || near === '') return path;
  return near.includes('/') || near !== basename(path) ? near : `./${near}`;
}

function loginHome(): string | undefined {
  try {
    return userInfo().homedir;
  } catch {
    return undefined; // no passwd entry for this uid, as in some containers
  }
}
