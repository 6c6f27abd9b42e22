import type { DeviceRequest, DeviceStore } from '../../state/index.ts';
import type { CheckedConnect } from './check-connect.ts';
import { type Refusal, refuse } from './refusal.ts';

/** What `hello-ok.auth` tells a paired device. */
export type IssuedAuth = { deviceToken: string; role: string; scopes: string[]; issuedAtMs: number };

export type Admission =
  | { kind: 'admitted'; auth: IssuedAuth; approved: DeviceRequest | undefined }
  | { kind: 'waiting'; refusal: Refusal; request: DeviceRequest; isNew: boolean };

export type AdmissionContext = {
  devices: DeviceStore;
  isLocal: boolean;
  clientIp: string | undefined;
  nowMs: number;
};

/**
 * The pairing step of a connect (gateway-protocol §8): a device that is not trusted for this role and these scopes
 * gets a request. A local one is approved at once, unless a person is already being asked about the device; a remote
 * one is told to wait.
 */
export function admitDevice(
  connect: CheckedConnect & { device: { id: string; publicKey: string } },
  { devices, isLocal, clientIp, nowMs }: AdmissionContext,
): Admission {
  const { device, role, scopes, params } = connect;
  const reason = pairingReason(connect, devices);
  let approved: DeviceRequest | undefined;
  if (reason !== undefined) {
    const open = isLocal
      ? devices.listPending(nowMs).find((request) => request.deviceId === device.id && !request.silent)
      : undefined;
    const { request, created } = devices.request(
      {
        deviceId: device.id,
        publicKey: device.publicKey,
        role,
        scopes,
        silent: isLocal && open === undefined,
        ...describeClient(params, clientIp),
      },
      nowMs,
    );
    if (!request.silent) {
      const refusal = refuse('pairing required', {
        code: 'NOT_PAIRED',
        details: { requestId: request.requestId },
      });
      return { kind: 'waiting', refusal, request, isNew: created };
    }
    const approval = devices.approve(request.requestId, { now: nowMs, via: 'silent' });
    if (approval.kind === 'approved') approved = approval.request;
  } else {
    devices.seen(device.id, { ...describeClient(params, clientIp), role, reason: 'connect' }, nowMs);
  }
  const token = devices.ensureToken({ deviceId: device.id, role, scopes, now: nowMs });
  const auth = {
    deviceToken: token.token,
    role,
    scopes: [...token.scopes],
    issuedAtMs: token.rotatedAtMs ?? token.createdAtMs,
  };
  return { kind: 'admitted', auth, approved };
}

type PairingReason = 'not-paired' | 'role-upgrade' | 'scope-upgrade';

function pairingReason(
  { device, role, scopes }: CheckedConnect & { device: { id: string; publicKey: string } },
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
