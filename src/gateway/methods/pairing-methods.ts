import { holdsScope, invalidRequest, type Scope } from '../../protocol/index.ts';
import type { DeviceRequest, NodeRequest } from '../../state/index.ts';
import { deviceOnWire, deviceRequestOnWire, nodeRequestOnWire } from '../nodes/pairing-rows.ts';
import { requesterOf } from '../nodes/requester.ts';
import { requiredApproveScopes } from '../nodes/surface.ts';
import { announceResolved } from '../pairing-events.ts';
import { type Call, type Methods, withoutUndefined } from './method.ts';

/** Devices, their tokens, and the older node vocabulary over the same store. */
export const pairingMethods: Methods<
  | 'device.pair.list'
  | 'device.pair.approve'
  | 'device.pair.reject'
  | 'device.pair.remove'
  | 'device.pair.rename'
  | 'device.token.rotate'
  | 'device.token.revoke'
  | 'node.pair.request'
  | 'node.pair.list'
  | 'node.pair.approve'
  | 'node.pair.reject'
  | 'node.pair.remove'
  | 'node.pair.verify'
> = {
  'device.pair.list': ({ core }) => ({
    pending: core.store.devices.listPending(core.now()).map(deviceRequestOnWire),
    paired: core.store.devices.listPaired().map(deviceOnWire),
  }),

  'device.pair.approve': (call, { requestId }) => {
    const { core } = call;
    refuseGrantBeyondOwn(call, {
      device: core.store.devices.getPending(requestId, core.now()),
      node: core.store.nodes.getPending(requestId, core.now()),
      refusal: 'device pairing approval denied',
    });
    const approval = core.store.devices.approve(requestId, { now: core.now(), via: 'owner' });
    if (approval.kind === 'unknown') throw invalidRequest('unknown requestId');
    const { request, device } = approval;
    recordDecision(call, 'device.approve', request);
    announceResolved(core, request, 'approved');
    return { requestId, device: deviceOnWire(device) };
  },

  'device.pair.reject': (call, { requestId }) => {
    const rejection = call.core.store.devices.reject(requestId, call.core.now());
    if (rejection.kind === 'unknown') throw invalidRequest('unknown requestId');
    recordDecision(call, 'device.reject', rejection.request);
    announceResolved(call.core, rejection.request, 'rejected');
    return { requestId, deviceId: rejection.request.deviceId };
  },

  'device.pair.remove': (call, { deviceId }) => {
    const { core } = call;
    if (!core.store.devices.remove(deviceId)) throw invalidRequest('unknown deviceId');
    core.audit({ actor: requesterOf(call.connection), action: 'device.remove', subject: deviceId });
    const closed = core.connections.closeDevice(deviceId, undefined, 'device removed');
    return { deviceId, removed: true, closedConnections: closed };
  },

  'device.pair.rename': ({ core, connection }, { deviceId, label }) => {
    const name = label.trim();
    if (!core.store.devices.rename(deviceId, name === '' ? undefined : name))
      throw invalidRequest('unknown deviceId');
    core.audit({
      actor: requesterOf(connection),
      action: 'device.rename',
      subject: deviceId,
      detail: { name },
    });
    return { deviceId, label: name };
  },

  'device.token.rotate': (call, { deviceId, role, scopes }) => {
    const { core, connection } = call;
    // The answer holds the token, so asking for it is asking for what it is good for.
    const present = core.store.devices.listTokens(deviceId).find((token) => token.role === role);
    refuseScopesBeyondOwn(call, scopes ?? present?.scopes ?? []);
    const token = core.store.devices.rotateToken({
      deviceId,
      role,
      now: core.now(),
      ...(scopes === undefined ? {} : { scopes }),
    });
    if (token === undefined) throw invalidRequest('unknown deviceId/role');
    core.audit({
      actor: requesterOf(connection),
      action: 'token.rotate',
      subject: deviceId,
      detail: { role },
    });
    return {
      deviceId,
      role,
      token: token.token,
      scopes: token.scopes,
      rotatedAtMs: token.rotatedAtMs ?? token.createdAtMs,
    };
  },

  'device.token.revoke': ({ core, connection }, { deviceId, role }) => {
    const revokedAtMs = core.store.devices.revokeToken(deviceId, role, core.now());
    if (revokedAtMs === undefined) throw invalidRequest('unknown deviceId/role');
    core.audit({
      actor: requesterOf(connection),
      action: 'token.revoke',
      subject: deviceId,
      detail: { role },
    });
    // After the answer is on its way: an operator may revoke the very device it speaks from.
    setImmediate(() => core.connections.closeDevice(deviceId, role, 'device token revoked'));
    return { deviceId, role, revokedAtMs };
  },

  'node.pair.request': ({ core }, params) => {
    const { request, created } = core.store.nodes.requestLegacy(withoutUndefined(params), core.now());
    if (created) core.connections.broadcast('node.pair.requested', request, { whenSlow: 'skip' });
    return { status: 'pending', request, created };
  },

  'node.pair.list': ({ core, connection }) => ({
    pending: core.store.nodes
      .listPending(core.now())
      .map((request) => (connection.peer.protocol === 3 ? request : nodeRequestOnWire(request))),
    paired: core.store.nodes.listPaired(),
  }),

  'node.pair.approve': (call, { requestId }) => {
    const { core } = call;
    refuseGrantBeyondOwn(call, {
      device: core.store.devices.getPending(requestId, core.now()),
      node: core.store.nodes.getPending(requestId, core.now()),
    });
    const approval = core.store.nodes.approve(requestId, { now: core.now(), via: 'owner' });
    if (approval.kind === 'unknown') throw invalidRequest('unknown requestId');
    const { request, node } = approval;
    recordDecision(call, 'node.approve', request);
    // No reconnect is needed: what was approved may be used from now on.
    if (approval.source === 'surface') core.nodes.approveSurface(request.nodeId, approval.device.surface);
    announceResolved(core, request, 'approved');
    return { requestId, node: approval.source === 'legacy' ? { ...node, token: approval.token } : node };
  },

  'node.pair.reject': (call, { requestId }) => {
    const rejection = call.core.store.nodes.reject(requestId, call.core.now());
    if (rejection.kind === 'unknown') throw invalidRequest('unknown requestId');
    recordDecision(call, 'node.reject', rejection.request);
    announceResolved(call.core, rejection.request, 'rejected');
    return { requestId, nodeId: rejection.request.nodeId };
  },

  'node.pair.remove': ({ core, connection }, { nodeId }) => {
    if (core.store.nodes.remove(nodeId) === 'unknown') throw invalidRequest('unknown nodeId');
    core.audit({ actor: requesterOf(connection), action: 'node.remove', subject: nodeId });
    core.connections.closeDevice(nodeId, 'node', 'device removed');
    const event = { requestId: '', nodeId, decision: 'removed', ts: core.now() };
    core.connections.broadcast('node.pair.resolved', event, { whenSlow: 'skip' });
    return { nodeId };
  },

  'node.pair.verify': ({ core }, { nodeId, token }) => {
    const node = core.store.nodes.verifyLegacy(nodeId, token);
    return node === undefined ? { ok: false } : { ok: true, node };
  },
};

/**
 * Nobody grants more than they hold (F-67): approving somebody as admin takes an admin, and so does approving a node
 * that offers to run commands. With `refusal` the text is that one, which clients of protocol 4 take as a reason to come
 * back with more scopes.
 */
function refuseGrantBeyondOwn(
  call: Call,
  {
    device,
    node,
    refusal,
  }: { device: DeviceRequest | undefined; node: NodeRequest | undefined; refusal?: string },
): void {
  if (device !== undefined) refuseScopesBeyondOwn(call, device.scopes);
  const needed = node === undefined ? [] : requiredApproveScopes(node.commands);
  const missing = needed.find((scope) => !holdsScope(call.connection.peer.scopes, scope));
  if (missing !== undefined) throw invalidRequest(refusal ?? `missing scope: ${missing}`);
}

function refuseScopesBeyondOwn({ connection }: Call, scopes: readonly string[]): void {
  // Unknown scope names grant nothing; holdsScope then only passes an admin, which is right for them too.
  const beyond = scopes.find((scope) => !holdsScope(connection.peer.scopes, scope as Scope));
  if (beyond !== undefined) throw invalidRequest(`missing scope: ${beyond}`);
}

function recordDecision(
  { core, connection }: Call,
  action: string,
  request: DeviceRequest | NodeRequest,
): void {
  const subject = 'deviceId' in request ? request.deviceId : request.nodeId;
  core.audit({ actor: requesterOf(connection), action, subject, detail: { requestId: request.requestId } });
}
