import type { Remedy } from '../../state/index.ts';
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
import type { ConfigFact } from '../facts/config.ts';
import { servingGateway } from './serving.ts';

type Issue = ConfigFact['issues'][number];

/** Group I of the catalogue: the config file. */
export const configChecks: readonly Check[] = [
  defineCheck({
    id: 'config/missing',
    title: 'There is no config',
    severity: 'error',
    needs: ['config', 'port', 'node', 'units', 'gateways'],
    dependsOn: ['owner/other-user'],
    run: ({ config, port, node, units, gateways }) => {
      if (config.exists || config.unreadable !== undefined) return ok;
      if (servingGateway(port) !== undefined) return notApplicable('the gateway serves with its defaults');
      if (node.kind !== 'none') return notApplicable('this machine is a node host');
      const isOther =
        units.units.some(({ kind, isOurs }) => kind === 'gateway' && !isOurs) ||
        gateways.some(({ whose }) => whose === 'real');
      if (isOther) return notApplicable('another product is the gateway of this account');
      return problem({ path: config.path });
    },
    text: ({ path }) => `There is no ${path}, so a gateway does not start here.`,
    remedy: () => [
      command('clawdbot', 'onboard'),
      command('clawdbot', 'config', 'set', 'gateway.mode', 'local'),
    ],
    why: 'A gateway without a config refuses to start, so that none starts by accident.',
    manual:
      'Nothing was set up under this state directory. If something was, the doctor looks at another place than the service: compare CLAWDBOT_STATE_DIR, CLAWDBOT_CONFIG_PATH, HOME and --profile with those of the unit.',
  }),
  defineCheck({
    id: 'config/unreadable',
    title: 'The config cannot be read',
    severity: 'error',
    needs: ['config'],
    run: ({ config }) => {
      if (config.unreadable === undefined) return ok;
      const { code, message } = config.unreadable;
      if (code === 'EACCES' || code === 'EPERM') return unknown(`${message}; ask the account that owns it`);
      return problem({ path: config.path, code, message });
    },
    text: ({ message }) => message,
    remedy: ({ path }) => [command('ls', '-ld', path)],
    why: 'Nothing starts with a config that cannot be read.',
    manual:
      'Something else stands where the config file should be (a directory, a dangling link), or the disk refuses. Put a file back; backups are beside it as clawdbot.json.bak.',
  }),
  defineCheck({
    id: 'config/write',
    title: 'The config is damaged',
    severity: 'error',
    when: 'next-start',
    needs: ['config', 'stateFiles'],
    dependsOn: ['config/unreadable'],
    run: ({ config, stateFiles }) => {
      const issue = config.issues.find(({ kind, severity }) => kind === 'syntax' && severity === 'error');
      if (issue === undefined) return ok;
      const hasBackup = stateFiles.files.some(({ path }) => path === `${config.path}.bak`);
      return problem({ path: config.path, ...place(issue), message: issue.message, hasBackup });
    },
    text: ({ path, line, column, message }) =>
      `${path}${line === undefined ? '' : `:${line}:${column}`} is not JSON5: ${message}`,
    remedy: ({ path, hasBackup }) =>
      hasBackup
        ? [
            command('clawdbot', 'config', 'validate'),
            command('diff', `${path}.bak`, path),
            advice(`Correct the place named, or copy ${path}.bak back after looking at the difference.`),
          ]
        : [command('clawdbot', 'config', 'validate'), advice('Correct the place named.')],
    why: 'The next start ends with exit status 78; a running gateway keeps its old settings.',
    manual:
      'A write was cut off, or an edit left a comma or bracket wrong. This program writes aside, syncs and renames, so a half-written file comes from an editor or another program. Nothing is repaired by guessing: the last good text is in clawdbot.json.bak.',
  }),
  defineCheck({
    id: 'config/value',
    title: 'A setting has a value it cannot have',
    severity: 'error',
    when: 'next-start',
    needs: ['config'],
    dependsOn: ['config/write', 'config/unreadable'],
    run: ({ config }) =>
      issuesProblem(config, ({ kind, severity }) => severity === 'error' && kind === 'value'),
    text: ({ issues }) => issues.map(issueText).join('\n'),
    remedy: ({ issues }) => remediesOf(issues),
    why: 'The gateway does not start with it (exit status 78).',
    manual:
      'Port, bind and the kind of authentication are never guessed: a wrong value there stops the start. Every other wrong value falls back to its default and is reported as config/fallback.',
  }),
  defineCheck({
    id: 'config/fallback',
    title: 'A setting is ignored because of its value',
    severity: 'warning',
    needs: ['config'],
    dependsOn: ['config/write', 'config/unreadable'],
    run: ({ config }) =>
      issuesProblem(config, ({ kind, severity }) => severity === 'warning' && kind !== 'combination'),
    text: ({ issues }) => issues.map(issueText).join('\n'),
    remedy: ({ issues }) => remediesOf(issues),
    why: 'The default is in force instead of what was written.',
    manual: 'One bad optional key does not stop the service: it counts as absent until it is corrected.',
  }),
  defineCheck({
    id: 'config/combination',
    title: 'Settings that cannot work together',
    severity: 'error',
    when: 'next-start',
    needs: ['config'],
    dependsOn: ['config/write', 'config/unreadable', 'config/value', 'config/missing'],
    run: ({ config }) => {
      const issues = config.issues.filter(
        ({ kind }) => kind === 'combination' || kind === 'include' || kind === 'environment',
      );
      const errors = issues.filter(({ severity }) => severity === 'error');
      const known = new Set(config.issues.map(({ message }) => message));
      // What only shows when everything is put together: auth without its secret, an address that is not there.
      const problems =
        config.exists && config.config.gateway.mode !== 'remote'
          ? config.settings.problems
              .filter(({ message }) => !known.has(message))
              .map(({ path, message }) => ({ path, message }))
          : [];
      const all = [...errors.map(({ path, message, line }) => ({ path, message, line })), ...problems];
      return all.length === 0 ? ok : problem({ path: config.path, issues: all });
    },
    text: ({ issues }) => issues.map(issueText).join('\n'),
    remedy: ({ issues }) => [
      // The one of these with a single answer: the combination says that the gateway is not meant to run here.
      ...(issues.some(({ path }) => path === 'gateway.mode')
        ? [command('clawdbot', 'config', 'set', 'gateway.mode', 'local')]
        : []),
      command('clawdbot', 'config', 'validate'),
      command('clawdbot', 'config', 'get', 'gateway'),
    ],
    why: 'The gateway refuses to start with it (exit status 78).',
    manual:
      'Each setting is fine alone. The message names the keys and what works. Exposure without authentication, a bind address without a host, token authentication without a token end here.',
  }),
  defineCheck({
    id: 'config/unknown-key',
    title: 'The config has keys that nobody reads',
    severity: 'warning',
    needs: ['config'],
    dependsOn: ['config/write', 'config/unreadable'],
    run: ({ config }) => {
      const keys = config.unknownKeys.map(({ path, nearest, note, line }) => ({ path, nearest, note, line }));
      return keys.length === 0 ? ok : problem({ path: config.path, keys });
    },
    text: ({ path, keys }) =>
      keys
        .map(({ path: key, nearest, note, line }) => {
          const hint = note ?? (nearest === undefined ? 'no known key is near' : `did you mean ${nearest}?`);
          return `${path}${line === undefined ? '' : `:${line}`} ${key}: ${hint}`;
        })
        .join('\n'),
    remedy: ({ keys }) => keys.map(({ path }) => command('clawdbot', 'config', 'unset', path)),
    why: 'A misspelt key means that its setting is not in force.',
    manual:
      'Unknown keys are kept and ignored, they never stop a start. Sections of a real Clawdbot or OpenClaw that this program has no use for are known and not reported.',
  }),
  defineCheck({
    id: 'config/loss',
    title: 'The config lost most of its content',
    severity: 'warning',
    needs: ['config', 'stateFiles'],
    run: ({ config, stateFiles }) => {
      const backup = stateFiles.files.find(({ path }) => path === `${config.path}.bak`);
      // 4 times smaller, and not just a small file that became smaller: settings were lost, not tidied.
      if (!config.exists || backup === undefined || backup.size < 400 || config.size * 4 > backup.size)
        return ok;
      return problem({
        path: config.path,
        bytes: config.size,
        backup: backup.path,
        backupBytes: backup.size,
      });
    },
    text: ({ path, bytes, backup, backupBytes }) =>
      `${path} has ${bytes} bytes, its last backup ${backup} has ${backupBytes}.`,
    remedy: ({ path, backup }) => [
      command('diff', backup, path),
      advice(`If it was not meant: cp ${backup} ${path}`),
    ],
    why: 'A repair or a form that knew only part of the settings may have written over the rest.',
    manual:
      'Writers of this program refuse to drop most of a file. Other programs and older releases do not. The backup is compared by size only, nothing is put back by itself.',
  }),
];

function place({ line, column }: Issue): { line: number | undefined; column: number | undefined } {
  return { line, column };
}

function issuesProblem(config: ConfigFact, wanted: (issue: Issue) => boolean) {
  const issues = config.issues.filter(wanted).map(({ path, message, line }) => ({ path, message, line }));
  return issues.length === 0 ? ok : problem({ path: config.path, issues });
}

function issueText({
  path,
  message,
  line,
}: {
  path: string;
  message: string;
  line?: number | undefined;
}): string {
  const where = line === undefined ? '' : ` (line ${line})`;
  return `${path === '' ? 'config' : path}${where}: ${message}`;
}

function remediesOf(issues: readonly { path: string }[]): Remedy[] {
  return issues
    .filter(({ path }) => path !== '')
    .map(({ path }) => command('clawdbot', 'config', 'unset', path));
}
