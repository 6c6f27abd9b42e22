import {
  type DeviceRequest,
  type DeviceStore,
  pairingReason,
  type Store,
  type Surface,
} from '../../state/index.ts';
import type { CheckedConnect } from './checked-connect.ts';
import { pairingRequired } from './pairing-refusal.ts';
import type { Refusal } from './refusal.ts';

/** What `hello-ok.auth` tells a paired device. */
export type IssuedAuth = { deviceToken: string; role: string; scopes: string[]; issuedAtMs: number };

export type Admission =
  | { kind: 'admitted'; auth: IssuedAuth; approved: DeviceRequest | undefined }
  | { kind: 'waiting'; refusal: Refusal; request: DeviceRequest; isNew: boolean };

type ConnectOfDevice = CheckedConnect & {
  device: { id: string; publicKey: string };
  /** What it offers, when it comes as a node. */
  surface?: Surface | undefined;
};

export type AdmissionContext = {
  store: Pick<Store, 'devices' | 'transaction'>;
  isLocal: boolean;
  clientIp: string | undefined;
  nowMs: number;
};

/**
 * The pairing step of a connect (gateway-protocol §8): a device that is not trusted for this role and these scopes
 * gets a request. A local one is approved at once, unless a person is already being asked about the device; a remote
 * one is told to wait. Whoever approves a node approves what it offers with it.
 */
export function admitDevice(connect: ConnectOfDevice, context: AdmissionContext): Admission {
  const { devices, transaction } = context.store;
  const { device, role, params } = connect;
  if (reasonToAsk(connect, devices) === undefined) {
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
  const { device, role, scopes, params, surface } = connect;
  const reason = reasonToAsk(connect, devices) ?? 'not-paired';
  const silent = isLocal && !isAskedAbout(device.id, devices, nowMs);
  const offer = surface === undefined ? {} : { surface };
  const asked = { deviceId: device.id, publicKey: device.publicKey, role, scopes, silent, ...offer };
  const { request, created } = devices.request({ ...asked, ...describeClient(params, clientIp) }, nowMs);
  if (!silent) {
    const refusal = pairingRequired(connect.protocol, { request, reason, device: devices.get(device.id) });
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

function reasonToAsk({ device, role, scopes, params }: ConnectOfDevice, devices: DeviceStore) {
  const { platform, deviceFamily } = params.client;
  return pairingReason(devices.get(device.id), {
    publicKey: device.publicKey,
    role,
    scopes,
    platform,
    ...(deviceFamily === undefined ? {} : { deviceFamily }),
  });
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
