import { errorText, forgetDeviceToken, readDeviceToken, writeDeviceToken } from '../../state/index.ts';

/** The device token this node got from one gateway. Never throws: without a token there is still the configured one. */
export type TokenMemory = {
  read(): string | undefined;
  remember(token: string, scopes: readonly string[]): void;
  forget(): void;
};

export type TokenMemoryOptions = {
  /** `identity/device-auth.json`. */
  path: string;
  deviceId: string;
  /** `host:port`; one gateway is never shown the token of another. */
  gateway: string;
  now: () => number;
  log: { warn(text: string): void };
};

const ROLE = 'node';

/** Device tokens in the file the real program uses, kept apart by gateway. A trouble with the file is said once. */
export function openTokenMemory({ path, deviceId, gateway, now, log }: TokenMemoryOptions): TokenMemory {
  let lastTrouble = '';
  const guarded = <T>(work: () => T): T | undefined => {
    try {
      return work();
    } catch (thrown) {
      const text = errorText(thrown);
      if (text !== lastTrouble) log.warn(text);
      lastTrouble = text;
      return undefined;
    }
  };
  const read = () => guarded(() => readDeviceToken(path, { deviceId, role: ROLE, gateway })?.token);
  return {
    read,
    remember(token, scopes) {
      // Written only on change: a node that reconnects every second must not wear out the disk.
      if (read() === token) return;
      guarded(() =>
        writeDeviceToken(path, { deviceId, gateway }, { token, role: ROLE, scopes, updatedAtMs: now() }),
      );
    },
    forget() {
      guarded(() => forgetDeviceToken(path, { deviceId, role: ROLE, gateway }));
    },
  };
}
