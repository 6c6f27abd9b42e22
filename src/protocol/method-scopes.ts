import { isMethodName, type MethodName } from './v3/method-params.ts';

export type Role = 'operator' | 'node';
export type Scope =
  | 'operator.admin'
  | 'operator.read'
  | 'operator.write'
  | 'operator.pairing'
  | 'operator.approvals';

/** Who may call a method: a node, or an operator holding the scope (gateway-protocol §11). */
const METHOD_ACCESS = {
  health: 'operator.read',
  status: 'operator.read',
  'system-presence': 'operator.read',
  'last-heartbeat': 'operator.read',
  'logs.tail': 'operator.read',
  'doctor.report': 'operator.read',
  'doctor.list': 'operator.read',
  'doctor.explain': 'operator.read',
  'service.status': 'operator.read',
  'doctor.fix': 'operator.admin',
  'node.list': 'operator.read',
  'node.describe': 'operator.read',
  'node.stats': 'operator.read',
  'node.invoke': 'operator.write',
  'node.invoke.cancel': 'operator.write',
  'node.pair.request': 'operator.pairing',
  'node.pair.list': 'operator.pairing',
  'node.pair.approve': 'operator.pairing',
  'node.pair.reject': 'operator.pairing',
  'node.pair.verify': 'operator.pairing',
  'node.rename': 'operator.pairing',
  'device.pair.list': 'operator.pairing',
  'device.pair.approve': 'operator.pairing',
  'device.pair.reject': 'operator.pairing',
  'device.pair.remove': 'operator.pairing',
  'auth.lockout.list': 'operator.pairing',
  'auth.lockout.clear': 'operator.pairing',
  'device.token.rotate': 'operator.pairing',
  'device.token.revoke': 'operator.pairing',
  'exec.approval.request': 'operator.approvals',
  'exec.approval.resolve': 'operator.approvals',
  'exec.approval.list': 'operator.approvals',
  // Approvers have to know why they are asked and what became of it.
  'exec.approvals.explain': 'operator.approvals',
  'exec.approvals.risks': 'operator.approvals',
  'exec.approvals.suggest': 'operator.approvals',
  'exec.approvals.log': 'operator.approvals',
  'exec.approvals.get': 'operator.admin',
  'exec.approvals.set': 'operator.admin',
  'exec.approvals.node.get': 'operator.admin',
  'exec.approvals.node.set': 'operator.admin',
  // Protocol 4 readers get it without secrets; for protocol 3 the method itself asks for admin.
  'config.get': 'operator.read',
  'config.set': 'operator.admin',
  'config.patch': 'operator.admin',
  'config.apply': 'operator.admin',
  'config.schema': 'operator.admin',
  'system-event': 'operator.admin',
  'set-heartbeats': 'operator.admin',
  'node.invoke.result': 'node',
  'node.event': 'node',
  'skills.bins': 'node',
  'node.invoke.progress': 'node',
  'node.pair.remove': 'operator.pairing',
  'device.pair.rename': 'operator.pairing',
  'exec.approval.get': 'operator.approvals',
  'exec.approval.waitDecision': 'operator.approvals',
  'approval.get': 'operator.approvals',
  'approval.resolve': 'operator.approvals',
  'approval.history': 'operator.approvals',
  'plugin.approval.list': 'operator.approvals',
  'openclaw.approval.list': 'operator.approvals',
  'gateway.identity.get': 'operator.read',
} as const satisfies Record<MethodName, Scope | 'node'>;

/** Methods of the reference that we do not have but whose scope its clients rely on when they ask for them. */
const ABSENT_READ_METHODS = new Set([
  'channels.status',
  'usage.status',
  'usage.cost',
  'tts.status',
  'tts.providers',
  'models.list',
  'agents.list',
  'agent.identity.get',
  'skills.status',
  'voicewake.get',
  'sessions.list',
  'sessions.preview',
  'cron.list',
  'cron.status',
  'cron.runs',
  'chat.history',
  'diagnostics.stability',
  'system.info',
  'gateway.restart.preflight',
]);
const ABSENT_WRITE_METHODS = new Set([
  'send',
  'agent',
  'agent.wait',
  'wake',
  'talk.mode',
  'tts.enable',
  'tts.disable',
  'tts.convert',
  'tts.setProvider',
  'voicewake.set',
  'chat.send',
  'chat.abort',
]);

/**
 * What a protocol 4 node host publishes after the hello and we have no use for. It stops for the life of the connection
 * at exactly `unknown method: …`; any other answer is an error in its log or is tried again (protocol-now §7.1).
 */
const PUBLICATIONS_WE_LACK = new Set([
  'node.runnerInventory.update',
  'node.skills.update',
  'node.pluginTools.update',
]);

/** Events that only operators holding the scope (or admin) receive. All others go to every connection. */
const EVENT_SCOPES: Readonly<Record<string, Scope>> = {
  doctor: 'operator.read',
  // Who else is connected, and from where, is none of a node's business.
  presence: 'operator.read',
  'exec.approval.requested': 'operator.approvals',
  'exec.approval.resolved': 'operator.approvals',
  'device.pair.requested': 'operator.pairing',
  'device.pair.resolved': 'operator.pairing',
  'node.pair.requested': 'operator.pairing',
  'node.pair.resolved': 'operator.pairing',
};

export type Access =
  | { allowed: true }
  /** `scope`: what an operator would need; absent when the role itself is the obstacle. */
  | { allowed: false; message: string; scope?: Scope };

/** May this peer call the method? The refusal text is the reference's. Unknown methods need `operator.admin`. */
export function methodAccess(peer: { role: Role; scopes: readonly string[] }, method: string): Access {
  const needed = neededFor(method);
  if (peer.role === 'node') {
    if (needed === 'node') return { allowed: true };
    const isUnknown = PUBLICATIONS_WE_LACK.has(method);
    return { allowed: false, message: isUnknown ? `unknown method: ${method}` : 'unauthorized role: node' };
  }
  if (needed === 'node') return { allowed: false, message: 'unauthorized role: operator' };
  return holdsScope(peer.scopes, needed)
    ? { allowed: true }
    : { allowed: false, message: `missing scope: ${needed}`, scope: needed };
}

/** May this peer see the event? */
export function eventVisible(peer: { role: Role; scopes: readonly string[] }, event: string): boolean {
  const needed = EVENT_SCOPES[event];
  return needed === undefined || (peer.role === 'operator' && holdsScope(peer.scopes, needed));
}

/** `operator.admin` satisfies everything, `operator.write` satisfies `operator.read`. */
export function holdsScope(held: readonly string[], needed: Scope): boolean {
  if (held.includes('operator.admin') || held.includes(needed)) return true;
  return needed === 'operator.read' && held.includes('operator.write');
}

function neededFor(method: string): Scope | 'node' {
  if (isMethodName(method)) return METHOD_ACCESS[method];
  if (ABSENT_READ_METHODS.has(method)) return 'operator.read';
  return ABSENT_WRITE_METHODS.has(method) ? 'operator.write' : 'operator.admin';
}
