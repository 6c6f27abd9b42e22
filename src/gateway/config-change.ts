import type { Config } from '../state/index.ts';

/** What a changed config file asks of a running gateway. */
export type ConfigReaction = 'nothing' | 're-read' | 'restart';

/** Keys under `gateway` that are for clients or for the watch itself (gateway-protocol §17). */
const NOT_SERVED = new Set(['remote', 'reload']);
/** Sections beside `gateway` that the reference restarts for. */
const RESTART_SECTIONS = new Set(['plugins', 'discovery', 'canvasHost']);
/** Sections that are only read again. */
const READ_SECTIONS = new Set([
  ...['logging', 'models', 'agents', 'tools', 'messages', 'meta', 'wizard', 'update', 'commands', 'nodeHost'],
  ...['supervisor', 'browser', 'ui', 'env', 'session', 'channels', 'cron', 'hooks', 'skills', 'auth'],
]);

/**
 * Compares two contents of the file (as parsed, without defaults). `mode` is `gateway.reload.mode` of the new one:
 * `off` never reacts, `hot` never restarts (rules of nodes, proxies and host names still apply at once), `restart`
 * always does, `hybrid` restarts when it has to.
 */
export function reactToConfig(
  before: unknown,
  after: unknown,
  mode: Config['gateway']['reload']['mode'],
): ConfigReaction {
  if (mode === 'off') return 'nothing';
  const changed = changedKeys(before, after);
  if (changed.length === 0) return 'nothing';
  if (mode === 'restart') return 'restart';
  const needsRestart = changed.some((key) => {
    if (key !== 'gateway') return RESTART_SECTIONS.has(key) || !READ_SECTIONS.has(key);
    const inside = changedKeys(section(before, 'gateway'), section(after, 'gateway'));
    return inside.some((each) => !NOT_SERVED.has(each));
  });
  return needsRestart && mode !== 'hot' ? 'restart' : 're-read';
}

function changedKeys(before: unknown, after: unknown): string[] {
  const [old, now] = [asObject(before), asObject(after)];
  const keys = new Set([...Object.keys(old), ...Object.keys(now)]);
  return [...keys].filter((key) => JSON.stringify(old[key]) !== JSON.stringify(now[key]));
}

function section(value: unknown, key: string): unknown {
  return asObject(value)[key];
}

function asObject(value: unknown): Record<string, unknown> {
  // Checked to be an object that is no array; its keys are then strings.
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
