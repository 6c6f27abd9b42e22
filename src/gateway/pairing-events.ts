import type { DeviceRequest, NodeRequest } from '../state/index.ts';
import type { GatewayCore } from './core.ts';

/**
 * Tells operators how a request ended, in both vocabularies where both apply: a device that asks for the role node is
 * a node for those who speak `node.pair.*`. The node itself hears of its offer, and held connections of their pairing.
 */
export function announceResolved(
  core: GatewayCore,
  request: DeviceRequest | NodeRequest,
  decision: 'approved' | 'rejected',
): void {
  const ts = core.now();
  const { requestId } = request;
  if ('deviceId' in request) {
    const event = { requestId, deviceId: request.deviceId, decision, ts };
    core.connections.broadcast('device.pair.resolved', event, { whenSlow: 'skip' });
    core.waiting.decided(requestId, decision);
    return;
  }
  if (request.source === 'device') {
    const event = { requestId, deviceId: request.nodeId, decision, ts };
    core.connections.broadcast('device.pair.resolved', event, { whenSlow: 'skip' });
  }
  const event = { requestId, nodeId: request.nodeId, decision, ts };
  if (request.source === 'surface')
    core.nodes.serving(request.nodeId)?.sendEvent('node.pair.resolved', event);
  core.connections.broadcast('node.pair.resolved', event, { whenSlow: 'skip' });
  core.waiting.decided(requestId, decision);
}
