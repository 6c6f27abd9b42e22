import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { OpsError } from '../../../state/index.ts';
import { runHelper } from '../../../supervisor/index.ts';

type Account = { name: string; uid: number; gid: number; home: string };

/** 2 s: the name service answers from files at once; a directory server may need a moment. */
const LOOK_UP_MS = 2_000;

/**
 * `doctor --user ACCOUNT`: the same command as that account, with its own home and user manager and nothing of the
 * caller's environment. What it sees is what that account may see. Gives the exit status.
 * @throws `unit/refused` for everybody but root, `usage` for an account that does not exist
 */
export async function runAsAccount(name: string): Promise<number> {
  if (process.getuid?.() !== 0) {
    throw new OpsError('unit/refused', `cannot look at the account ${name}: only root may`, {
      remedies: [{ kind: 'run', command: ['sudo', 'clawdbot', 'doctor', '--user', name] }],
    });
  }
  const account = await lookUpAccount(name);
  const child = spawn(
    process.execPath,
    [...process.execArgv, process.argv[1] ?? '', ...withoutUser(process.argv.slice(2))],
    // With uid and gid Node drops the supplementary groups of root.
    { uid: account.uid, gid: account.gid, env: environmentOf(account), stdio: 'inherit' },
  );
  // From a terminal both get the signal; the child decides.
  const ignore = (): void => {};
  process.on('SIGINT', ignore);
  try {
    const [status] = await once(child, 'close');
    return typeof status === 'number' ? status : 2;
  } catch (cause) {
    throw new OpsError(
      'child/spawn',
      `cannot look at the account ${name}: it cannot run ${process.execPath}`,
      {
        cause,
      },
    );
  } finally {
    process.off('SIGINT', ignore);
  }
}

/** The words of a command line without `--user NAME`. Pure. */
export function withoutUser(words: readonly string[]): string[] {
  return words.filter(
    (word, index) => word !== '--user' && words[index - 1] !== '--user' && !word.startsWith('--user='),
  );
}

async function lookUpAccount(name: string): Promise<Account> {
  const end =
    /^[\w.@-]+$/.test(name) && !name.startsWith('-')
      ? await runHelper({
          program: 'getent',
          args: ['passwd', name],
          deadlineMs: LOOK_UP_MS,
          directories: undefined,
        })
      : undefined;
  const [found = '', , uid, gid, , home = ''] = (end?.kind === 'ended' ? end.stdout : '').trim().split(':');
  if (found === '' || home === '')
    throw new OpsError(
      'usage',
      `cannot look at the account ${JSON.stringify(name)}: there is none of that name`,
    );
  return { name: found, uid: Number(uid), gid: Number(gid), home };
}

function environmentOf({ name, uid, home }: Account): NodeJS.ProcessEnv {
  const kept = ['LANG', 'LC_ALL', 'TERM', 'NO_COLOR', 'COLUMNS'].flatMap((key) => {
    const value = process.env[key];
    return value === undefined ? [] : [[key, value] as const];
  });
  return {
    ...Object.fromEntries(kept),
    HOME: home,
    USER: name,
    LOGNAME: name,
    PATH: `/usr/local/bin:/usr/bin:/bin:${home}/.local/bin`,
    XDG_RUNTIME_DIR: `/run/user/${uid}`,
  };
}
