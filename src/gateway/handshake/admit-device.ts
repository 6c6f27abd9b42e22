import type { DeviceRequest, DeviceStore, Store } from '../../state/index.ts';
import type { CheckedConnect } from './check-connect.ts';
import { type Refusal, refuse } from './refusal.ts';

/** What `hello-ok.auth` tells a paired device. */
export type IssuedAuth = { deviceToken: string; role: string; scopes: string[]; issuedAtMs: number };

export type Admission =
  | { kind: 'admitted'; auth: IssuedAuth; approved: DeviceRequest | undefined }
  | { kind: 'waiting'; refusal: Refusal; request: DeviceRequest; isNew: boolean };

type ConnectOfDevice = CheckedConnect & { device: { id: string; publicKey: string } };

export type AdmissionContext = {
  store: Pick<Store, 'devices' | 'transaction'>;
  isLocal: boolean;
  clientIp: string | undefined;
  nowMs: number;
};

/**
 * The pairing step of a connect (gateway-protocol §8): a device that is not trusted for this role and these scopes
 * gets a request. A local one is approved at once, unless a person is already being asked about the device; a remote
 * one is told to wait.
 */
export function admitDevice(connect: ConnectOfDevice, context: AdmissionContext): Admission {
  const { devices, transaction } = context.store;
  const { device, role, params } = connect;
  if (pairingReason(connect, devices) === undefined) {
    // Not inside a transaction: nobody waits for these facts to be safe, and a sync would be most of a reconnect.
    const facts = describeClient(params, context.clientIp);
    devices.seen(device.id, { ...facts, role, reason: 'connect' }, context.nowMs);
    return { kind: 'admitted', auth: issueAuth(connect, context), approved: undefined };
  }
  // Request and approval are one step on disk, so that a crash leaves no half-approved device.
  return transaction(() => pair(connect, context));
}

function pair(connect: ConnectOfDevice, context: AdmissionContext): Admission {
  const { store, isLocal, clientIp, nowMs } = context;
  const { devices } = store;
  const { device, role, scopes, params } = connect;
  const silent = isLocal && !isAskedAbout(device.id, devices, nowMs);
  const asked = { deviceId: device.id, publicKey: device.publicKey, role, scopes, silent };
  const { request, created } = devices.request({ ...asked, ...describeClient(params, clientIp) }, nowMs);
  if (!silent) {
    const details = { requestId: request.requestId };
    const refusal = refuse('pairing required', { code: 'NOT_PAIRED', details });
    return { kind: 'waiting', refusal, request, isNew: created };
  }
  const approval = devices.approve(request.requestId, { now: nowMs, via: 'silent' });
  if (approval.kind === 'unknown') throw new Error('a request made in this transaction is not there');
  return { kind: 'admitted', auth: issueAuth(connect, context), approved: approval.request };
}

/** The device's token for the role: the present one while it is good for the scopes, else a new one. */
function issueAuth(
  { device, role, scopes }: ConnectOfDevice,
  { store, nowMs }: AdmissionContext,
): IssuedAuth {
  const token = store.devices.ensureToken({ deviceId: device.id, role, scopes, now: nowMs });
  return {
    deviceToken: token.token,
    role,
    scopes: [...token.scopes],
    issuedAtMs: token.rotatedAtMs ?? token.createdAtMs,
  };
}

/** A person has a question about this device before them; being local does not answer it. */
function isAskedAbout(deviceId: string, devices: DeviceStore, nowMs: number): boolean {
  return devices.listPending(nowMs).some((request) => request.deviceId === deviceId && !request.silent);
}

type PairingReason = 'not-paired' | 'role-upgrade' | 'scope-upgrade';

function pairingReason(
  { device, role, scopes }: ConnectOfDevice,
  devices: DeviceStore,
): PairingReason | undefined {
  const paired = devices.get(device.id);
  if (paired === undefined || paired.publicKey !== device.publicKey) return 'not-paired';
  if (!paired.roles.includes(role)) return 'role-upgrade';
  return scopes.every((scope) => paired.scopes.includes(scope)) ? undefined : 'scope-upgrade';
}

function describeClient({ client }: CheckedConnect['params'], clientIp: string | undefined) {
  return {
    ...(client.displayName === undefined ? {} : { displayName: client.displayName }),
    platform: client.platform,
    ...(client.deviceFamily === undefined ? {} : { deviceFamily: client.deviceFamily }),
    clientId: client.id,
    clientMode: client.mode,
    ...(clientIp === undefined ? {} : { remoteIp: clientIp }),
  };
}
