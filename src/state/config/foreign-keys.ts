import type { Remedy } from '../ops-error.ts';

/** What is known about a key this product does not read. */
export type KeyNote = { note: string; remedies: readonly Remedy[] };

/**
 * Sections of a real Clawdbot or OpenClaw file that this product has no use for. They are kept without a word:
 * a fresh, correct installation must give no findings.
 */
export const FOREIGN_SECTIONS: ReadonlySet<string> = new Set([
  'meta',
  'env',
  'wizard',
  'auth',
  'agents',
  'agent',
  'bindings',
  'broadcast',
  'audio',
  'media',
  'messages',
  'session',
  'channels',
  'cron',
  'hooks',
  'web',
  'talk',
  'skills',
  'plugins',
  'models',
  'ui',
  'cli',
  'diagnostics',
  'memory',
  'approvals',
  'nodes',
  'identity',
  'routing',
  'secrets',
  'acp',
  'mcp',
  'proxy',
  'security',
  'tts',
  'accessGroups',
  'surfaces',
  'transcripts',
  'crestodian',
  'marketplaces',
  'telemetry',
]);

const APPROVALS: KeyNote = {
  note: 'exec approvals live in exec-approvals.json, not in the config',
  remedies: [
    { kind: 'run', command: ['clawdbot', 'approvals', 'get'] },
    { kind: 'run', command: ['clawdbot', 'approvals', 'allowlist', 'add', '/path/to/program'] },
    { kind: 'run', command: ['clawdbot', 'approvals', 'set', '--file', 'exec-approvals.json'] },
  ],
};

/** Keys people write although the setting lives elsewhere, was renamed, or came later. First match wins. */
const NOTES: readonly { pattern: RegExp; note: KeyNote }[] = [
  { pattern: /^(system|tools|gateway|node|nodeHost|nodes)\.exec-?approvals?(\.|\[|$)/i, note: APPROVALS },
  { pattern: /^exec-?approvals?(\.|\[|$)/i, note: APPROVALS },
  { pattern: /^(system|tools\.exec|exec)\.(allowlist|allow)(\.|\[|$)/i, note: APPROVALS },
  { pattern: /^gateway\.token$/, note: moved('gateway.auth.token', 'retired') },
  { pattern: /^gateway\.password$/, note: moved('gateway.auth.password', 'retired') },
  { pattern: /^gateway\.(host|address|listen)$/, note: moved('gateway.bind', 'not a key of any release') },
  { pattern: /^gateway\.(url)$/, note: moved('gateway.remote.url', 'not a key of any release') },
  {
    pattern: /^gateway\.nodes\.commands\.allow(\[|$)/,
    note: moved('gateway.nodes.allowCommands', 'a key of newer releases'),
  },
  {
    pattern: /^gateway\.nodes\.commands\.deny(\[|$)/,
    note: moved('gateway.nodes.denyCommands', 'a key of newer releases'),
  },
  { pattern: /^logging\.path$/, note: moved('logging.file', 'not a key of any release') },
  {
    pattern: /^bridge(\.|$)/,
    note: { note: 'the TCP bridge was removed; nodes connect to the gateway port', remedies: [] },
  },
];

/** What is known about a path outside the schema, or undefined. */
export function noteForKey(path: string): KeyNote | undefined {
  return NOTES.find(({ pattern }) => pattern.test(path))?.note;
}

function moved(target: string, history: string): KeyNote {
  return {
    note: `${history}; the setting is ${target}`,
    remedies: [{ kind: 'run', command: ['clawdbot', 'config', 'set', target, 'VALUE'] }],
  };
}
