/** How much this tab may do; asked for at sign-in, enforced by the gateway. */
export const ACCESS = ['full', 'approvals', 'read'] as const;
export type Access = (typeof ACCESS)[number];

/** What the page shows the gateway to be let in. */
export type Credential =
  | { kind: 'token'; token: string }
  | { kind: 'password'; password: string }
  /** Given by the gateway to this browser's key; useless without that key. */
  | { kind: 'device'; token: string };

/** The part of `sessionStorage` this uses. */
export type TabMemory = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const DEVICE_TOKEN = 'clawdbot.deviceToken';
const ACCESS_KEY = 'clawdbot.access';

/** What this tab remembers until it is closed: never the shared secret, only what the gateway gave to this device. */
export function rememberedCredential(memory: TabMemory): Credential | undefined {
  const token = memory.getItem(DEVICE_TOKEN);
  return token === null ? undefined : { kind: 'device', token };
}

export function rememberDeviceToken(memory: TabMemory, token: string): void {
  memory.setItem(DEVICE_TOKEN, token);
}

export function forgetCredential(memory: TabMemory): void {
  memory.removeItem(DEVICE_TOKEN);
}

export function rememberedAccess(memory: TabMemory): Access {
  const found = memory.getItem(ACCESS_KEY);
  return ACCESS.find((access) => access === found) ?? 'full';
}

export function rememberAccess(memory: TabMemory, access: Access): void {
  memory.setItem(ACCESS_KEY, access);
}
