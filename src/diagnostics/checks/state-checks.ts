import {
  advice,
  type Check,
  command,
  defineCheck,
  notApplicable,
  ok,
  problem,
  unknown,
} from '../engine/check.ts';
import type { FixStep } from '../engine/fix-step.ts';
import type { StateFile } from '../facts/state-files.ts';

/** Files of the state directory: modes, owners, disk. */
export const stateChecks: readonly Check[] = [
  defineCheck({
    id: 'config/modes',
    title: 'Others may read or change private files',
    severity: 'warning',
    needs: ['stateFiles', 'config'],
    run: ({ stateFiles }) => {
      const open = exposed(stateFiles.stateDir, stateFiles.files);
      return open.length === 0 ? ok : problem({ files: open });
    },
    text: ({ files }) =>
      files.map(({ path, mode, wanted }) => `${path} has mode ${mode}, it should have ${wanted}`).join('\n'),
    remedy: ({ files }) => files.map(({ path, wanted }) => command('chmod', wanted, path)),
    fix: {
      risk: 'a program of another account that reads these files on purpose no longer can',
      class: 'safe',
      steps: ({ files }) => files.map(({ path, mode, wanted }) => modeStep(path, mode, wanted)),
    },
    why: 'Tokens and keys in these files let anyone with an account here act as the owner.',
    manual:
      'This program creates directories with 0700 and files with 0600 whatever the umask. Wider modes come from an editor, a copy, a restore, or from the real program. doctor --fix narrows them and can widen them again.',
  }),
  defineCheck({
    id: 'state/owner',
    title: 'Files belong to another account',
    severity: 'error',
    level: 'ready',
    needs: ['stateFiles', 'host'],
    run: ({ stateFiles, host }) => {
      const { stateDir, files, ownerUid } = stateFiles;
      if (stateDir === undefined) {
        if (ownerUid === undefined) return notApplicable('nothing there yet');
        return unknown(`it lies behind a directory of uid ${ownerUid}; ask from that account`);
      }
      const foreign = [stateDir, ...files].filter(({ uid }) => uid !== stateDir.uid);
      if (stateDir.uid !== host.uid && host.uid !== 0 && stateDir.uid !== 0) {
        return unknown(`${stateDir.path} belongs to uid ${stateDir.uid}; ask from that account`);
      }
      return foreign.length === 0 ? ok : problem({ files: foreign.map(brief), owner: stateDir.uid });
    },
    text: ({ files, owner }) =>
      files.map(({ path, uid }) => `${path} belongs to uid ${uid}, not to uid ${owner}`).join('\n'),
    remedy: ({ files, owner }) => [command('sudo', 'chown', String(owner), ...files.map(({ path }) => path))],
    why: 'The service cannot read or replace files of another account.',
    manual:
      'Usually a command was run once with sudo. What root writes into the tree of another account goes to that account here, older releases and the real program leave it to root.',
  }),
  defineCheck({
    id: 'lock/alias',
    title: 'The state directory is on a file system where locks may not hold',
    severity: 'warning',
    needs: ['host', 'stateFiles'],
    run: ({ host, stateFiles }) => {
      if (stateFiles.stateDir === undefined) return notApplicable('nothing there yet');
      const isRemote = ['NFS', 'FUSE', 'SMB', 'SMB2'].includes(host.disk.type);
      const synced = /\/(Dropbox|OneDrive|Google Drive|iCloud|Nextcloud|Syncthing|pCloud)(\/|$)/i.exec(
        stateFiles.realStateDir ?? stateFiles.stateDir.path,
      )?.[1];
      if (!isRemote && synced === undefined) return ok;
      const path = stateFiles.realStateDir ?? stateFiles.stateDir.path;
      return problem({ path, what: synced ?? host.disk.type });
    },
    text: ({ path, what }) => `${path} is on ${what}: two machines could both believe to own it.`,
    remedy: () => [advice('Move the state to a local disk and set CLAWDBOT_STATE_DIR to it.')],
    why: 'Two gateways on one state lose pairings and settings.',
    manual:
      'The right to serve is a lock of the kernel of this machine. Network and sync folders do not carry it to other machines, and copies of a live database are often damaged.',
  }),
  defineCheck({
    id: 'config/leftovers',
    title: 'A write was interrupted',
    severity: 'advice',
    needs: ['stateFiles', 'host'],
    run: ({ stateFiles, host }) => {
      // 10 min: no write takes that long.
      const old = stateFiles.leftovers.filter(({ modifiedMs }) => host.nowMs - modifiedMs > 600_000);
      return old.length === 0 ? ok : problem({ paths: old.map(({ path }) => path) });
    },
    text: ({ paths }) => `Left behind by a writer that was killed: ${paths.join(', ')}`,
    remedy: ({ paths }) => [command('rm', ...paths)],
    fix: {
      risk: 'none: nobody reads these files',
      class: 'safe',
      steps: ({ paths }) => paths.map((path) => ({ kind: 'set-aside', path })),
    },
    why: 'They may hold secrets and take space; the files they were meant for are intact.',
    manual:
      'Files are written aside and renamed. A kill between the two leaves the new text beside the old file.',
  }),
  defineCheck({
    id: 'logs/budget',
    title: 'Disk space runs out',
    severity: 'error',
    level: 'ready',
    needs: ['host', 'logs'],
    run: ({ host, logs }) => {
      const { disk } = host;
      const isFull = disk.freeBytes < LEAST_FREE_BYTES || disk.freeInodes < 100;
      const isOver = logs.bytes > logs.budgetBytes * 1.2;
      if (!isFull && !isOver) return ok;
      return problem({
        path: disk.path,
        freeBytes: disk.freeBytes,
        freeInodes: Number.isFinite(disk.freeInodes) ? disk.freeInodes : null,
        logDirectory: logs.directory,
        logBytes: logs.bytes,
        budgetBytes: logs.budgetBytes,
      });
    },
    text: ({ path, freeBytes, logDirectory, logBytes, budgetBytes }) =>
      `${megabytes(freeBytes)} free for ${path}; logs in ${logDirectory} take ${megabytes(logBytes)} of ${megabytes(budgetBytes)}.`,
    remedy: ({ logDirectory }) => [
      command('du', '-sh', logDirectory),
      command('journalctl', '--disk-usage'),
      advice('Free space on this file system; lower logging.maxBytes if the logs are what is large.'),
    ],
    why: 'Pairings and approvals cannot be stored on a full disk; the gateway serves on, but remembers nothing new.',
    manual:
      'Log files of this program stay within logging.maxBytes each. What else fills the disk: the journal, traces of the real program below /tmp, core files.',
  }),
  defineCheck({
    id: 'logs/shared-tmp',
    title: 'Logs lie where others read them',
    severity: 'warning',
    needs: ['logs', 'gateways'],
    run: ({ logs, gateways }) => {
      // Directories of the real program are of interest only while a real gateway runs here.
      const shared = gateways.some(({ whose }) => whose === 'real') ? logs.shared : [];
      const paths = [...logs.readable, ...shared].map(({ path, mode }) => ({ path, mode: octal(mode) }));
      return paths.length === 0 ? ok : problem({ paths });
    },
    text: ({ paths }) => paths.map(({ path, mode }) => `${path} has mode ${mode}`).join('\n'),
    remedy: ({ paths }) => paths.map(({ path }) => command('chmod', 'go=', path)),
    fix: {
      risk: 'a log collector of another account can no longer read them',
      class: 'safe',
      steps: ({ paths }) => paths.map(({ path, mode }) => modeStep(path, mode, `${mode.slice(0, -2)}00`)),
    },
    why: 'Logs show commands, device names and addresses.',
    manual:
      'Logs of this program are 0600 under the state directory. The real program writes to /tmp/clawdbot, one directory for all accounts of the machine.',
  }),
];

/** 50 MB: room for the database, its log and one rotation of log files. */
const LEAST_FREE_BYTES = 50_000_000;

function exposed(
  stateDir: StateFile | undefined,
  files: readonly StateFile[],
): { path: string; mode: string; wanted: string }[] {
  const directory =
    stateDir !== undefined && (stateDir.mode & 0o077) !== 0 ? [{ ...stateDir, wanted: '0700' }] : [];
  const open = files.filter(({ kind, mode }) => kind === 'file' && (mode & 0o077) !== 0);
  return [...directory, ...open.map((file) => ({ ...file, wanted: '0600' }))].map(
    ({ path, mode, wanted }) => ({
      path,
      mode: octal(mode),
      wanted,
    }),
  );
}

function modeStep(path: string, from: string, to: string): FixStep {
  return { kind: 'mode', path, from: Number.parseInt(from, 8), to: Number.parseInt(to, 8) };
}

function brief({ path, uid }: StateFile): { path: string; uid: number } {
  return { path, uid };
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1_000_000)} MB`;
}
