import type { HelloOk } from '../../protocol/index.ts';
import {
  type ClientTarget,
  type DeviceIdentity,
  forgetDeviceToken as forget,
  loadOrCreateIdentity,
  readDeviceToken,
  writeDeviceToken,
} from '../../state/index.ts';
import type { Cli } from '../cli.ts';
import type { Options } from '../program/command-spec.ts';
import { textOption } from '../program/option-values.ts';

/** What is presented besides the device key. `origin` is for people: where it came from. */
export type Credential = {
  kind: 'shared' | 'device' | 'none';
  origin: string;
  token?: string;
  password?: string;
};

const ROLE = 'operator';

/**
 * What to present, best first. An explicit option alone; else the shared secret of environment or config, which
 * belongs to this gateway, before a stored device token, which may be another gateway's (gateway-protocol §17).
 */
export function credentialsFor(
  cli: Cli,
  target: ClientTarget,
  options: Options,
): { keys: DeviceIdentity; tries: readonly Credential[] } {
  const keys = loadOrCreateIdentity(cli.paths.deviceIdentity, Date.now());
  const explicit =
    textOption(options, 'token') !== undefined || textOption(options, 'password') !== undefined;
  const tries: Credential[] = [];
  if (target.token !== undefined || target.password !== undefined) {
    tries.push({
      kind: 'shared',
      origin: explicit ? 'the command line' : 'the environment or the config',
      ...(target.token === undefined ? {} : { token: target.token }),
      ...(target.password === undefined ? {} : { password: target.password }),
    });
  }
  const stored = explicit
    ? undefined
    : readDeviceToken(cli.paths.deviceAuth, {
        deviceId: keys.deviceId,
        role: ROLE,
        gateway: gatewayOf(target),
      });
  if (stored !== undefined) {
    cli.secrets.add(stored.token);
    tries.push({ kind: 'device', origin: cli.paths.deviceAuth, token: stored.token });
  }
  return { keys, tries: tries.length > 0 ? tries : [{ kind: 'none', origin: 'nothing' }] };
}

/** Remembers the device token a gateway handed out. */
export function keepDeviceToken(
  cli: Cli,
  target: ClientTarget,
  deviceId: string,
  auth: HelloOk['auth'],
): void {
  // Protocol 4 gateways send `auth` to clients without a device, too.
  if (auth?.deviceToken === undefined) return;
  cli.secrets.add(auth.deviceToken);
  const present = readDeviceToken(cli.paths.deviceAuth, {
    deviceId,
    role: auth.role,
    gateway: gatewayOf(target),
  });
  if (present?.token === auth.deviceToken) return;
  writeDeviceToken(
    cli.paths.deviceAuth,
    { deviceId, gateway: gatewayOf(target) },
    {
      token: auth.deviceToken,
      role: auth.role,
      scopes: auth.scopes,
      updatedAtMs: auth.issuedAtMs ?? Date.now(),
    },
  );
}

/** Drops a device token the gateway refused. */
export function forgetDeviceToken(cli: Cli, target: ClientTarget, deviceId: string): void {
  forget(cli.paths.deviceAuth, { deviceId, role: ROLE, gateway: gatewayOf(target) });
}

function gatewayOf(target: ClientTarget): string {
  return new URL(target.url).host;
}
