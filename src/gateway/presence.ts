import { PRESENCE_LIFE_MS, PRESENCE_MAX_ENTRIES, type PresenceEntry } from '../protocol/index.ts';
import type { ReadyConnection } from './session/connections.ts';

type Tracked = { entry: PresenceEntry; openConnections: number };

/**
 * Who is there (gateway-protocol §14). Differs from the reference on purpose: the entry of an open connection never
 * expires, and connecting is announced like leaving. The list shows the 200 most recently changed, newest first;
 * older ones step in again when there is room.
 */
export class Presence {
  readonly #tracked = new Map<string, Tracked>();
  /** Keys of the newest entries, newest first. Bounded, so that a join costs the same with 5 and with 5,000 peers. */
  #recent: string[] = [];
  /** How many entries may be kept before those that are gone and not shown are dropped. */
  #roomFor = PRESENCE_MAX_ENTRIES * 5;
  version = 0;

  connected(connection: ReadyConnection, nowMs: number): boolean {
    const key = presenceKey(connection);
    if (key === undefined) return false;
    const { client, clientIp, isLocal, role, scopes, deviceId } = connection.peer;
    const previous = this.#tracked.get(key);
    const host = client.displayName ?? client.id;
    const entry: PresenceEntry = {
      host,
      ...(isLocal || clientIp === undefined ? {} : { ip: clientIp }),
      version: client.version,
      platform: client.platform,
      ...(client.deviceFamily === undefined ? {} : { deviceFamily: client.deviceFamily }),
      ...(client.modelIdentifier === undefined ? {} : { modelIdentifier: client.modelIdentifier }),
      mode: client.mode,
      ...(deviceId === undefined ? {} : { deviceId, instanceId: deviceId }),
      roles: merged(previous?.entry.roles, [role]),
      scopes: merged(previous?.entry.scopes, scopes),
      reason: 'connect',
      ts: nowMs,
      text: previous?.entry.text ?? `Node: ${host} · mode ${client.mode}`,
    };
    this.#put(key, { entry, openConnections: (previous?.openConnections ?? 0) + 1 });
    return true;
  }

  disconnected(connection: ReadyConnection, nowMs: number): boolean {
    const key = presenceKey(connection);
    const tracked = key === undefined ? undefined : this.#tracked.get(key);
    if (key === undefined || tracked === undefined) return false;
    const openConnections = Math.max(0, tracked.openConnections - 1);
    // While a twin or a newer connection of the same device is open, the device is still there.
    const reason = openConnections === 0 ? 'disconnect' : 'connect';
    this.#put(key, { entry: { ...tracked.entry, reason, ts: nowMs }, openConnections });
    return true;
  }

  /** An entry somebody reported with `system-event`. */
  report(key: string, entry: PresenceEntry): void {
    const id = key.toLowerCase();
    this.#put(id, { entry, openConnections: this.#tracked.get(id)?.openConnections ?? 0 });
  }

  /** Newest first, at most 200, `self` among them with the present time. */
  list(self: PresenceEntry, nowMs: number): PresenceEntry[] {
    const entries: PresenceEntry[] = [{ ...self, ts: nowMs }];
    for (const key of this.#recent) {
      const tracked = this.#tracked.get(key);
      if (tracked === undefined || isExpired(tracked, nowMs)) continue;
      if (entries.length < PRESENCE_MAX_ENTRIES) entries.push(tracked.entry);
    }
    return entries;
  }

  /** Forgets expired entries and refills the list. To be called now and then (the health timer does). */
  sweep(nowMs: number): void {
    for (const [key, tracked] of this.#tracked) {
      if (isExpired(tracked, nowMs)) this.#tracked.delete(key);
    }
    this.#recent = [...this.#tracked]
      .sort(([, a], [, b]) => b.entry.ts - a.entry.ts)
      .slice(0, PRESENCE_MAX_ENTRIES)
      .map(([key]) => key);
  }

  #put(key: string, tracked: Tracked): void {
    this.version += 1;
    this.#tracked.set(key, tracked);
    const at = this.#recent.indexOf(key);
    if (at >= 0) this.#recent.splice(at, 1);
    this.#recent.unshift(key);
    if (this.#recent.length > PRESENCE_MAX_ENTRIES) this.#recent.pop();
    if (this.#tracked.size > this.#roomFor) this.#dropUnseen();
  }

  /** `system-event` can name any number of machines within the five minutes of an entry's life. */
  #dropUnseen(): void {
    const shown = new Set(this.#recent);
    for (const [key, { openConnections }] of this.#tracked) {
      if (openConnections === 0 && !shown.has(key)) this.#tracked.delete(key);
    }
    this.#roomFor = Math.max(PRESENCE_MAX_ENTRIES * 5, this.#tracked.size * 2);
  }
}

/** One-shot command lines (`mode: cli`) are not tracked. */
function presenceKey({ id, peer }: ReadyConnection): string | undefined {
  if (peer.client.mode === 'cli') return undefined;
  return (peer.deviceId ?? peer.client.instanceId ?? id).toLowerCase();
}

function isExpired({ entry, openConnections }: Tracked, nowMs: number): boolean {
  return openConnections === 0 && nowMs - entry.ts > PRESENCE_LIFE_MS;
}

function merged(old: readonly string[] | undefined, added: readonly string[]): string[] {
  return [...new Set([...(old ?? []), ...added])];
}
