import type { NodeRequest, Surface } from '../../state/index.ts';
import type { GatewayCore } from '../core.ts';
import type { CheckedConnect } from '../handshake/checked-connect.ts';
import { isWider } from './surface.ts';

/**
 * What of a connecting node's offer is approved. What goes beyond it becomes a question to people; meanwhile the node
 * goes on with what it has (protocol-now §6). A device that was paired before offers were recorded could do all it
 * declared: that is taken as approved once, so that an update of the gateway stops no node.
 */
export function settleSurface(
  core: GatewayCore,
  connect: CheckedConnect & { device: { id: string } },
  declared: Surface,
): Surface {
  const nodeId = connect.device.id;
  const approved = core.store.devices.get(nodeId)?.surface;
  if (approved === undefined) {
    core.store.devices.setSurface(nodeId, declared);
    core.audit({ actor: 'gateway', action: 'node.surface', subject: nodeId, detail: { ...declared } });
    return declared;
  }
  if (isWider(declared, approved)) askAboutSurface(core, connect, declared);
  else core.store.nodes.clearSurfaceRequest(nodeId);
  return approved;
}

function askAboutSurface(
  core: GatewayCore,
  { params: { client }, device }: CheckedConnect & { device: { id: string } },
  declared: Surface,
): void {
  const { displayName, platform, deviceFamily, version } = client;
  const { request, created } = core.store.nodes.requestSurface(
    {
      nodeId: device.id,
      clientId: client.id,
      clientMode: client.mode,
      platform,
      version,
      ...(displayName === undefined ? {} : { displayName }),
      ...(deviceFamily === undefined ? {} : { deviceFamily }),
      ...declared,
    },
    core.now(),
  );
  if (!created) return;
  core.announceNodeRequest(request);
  core.log.info(
    `node ${displayName ?? device.id.slice(0, 12)} now offers more than was approved (${growthText(request)}); it goes on with what it has; allow it with: clawdbot nodes approve ${request.requestId}`,
    { requestId: request.requestId, nodeId: device.id },
  );
}

function growthText({ commands = [], caps = [], approved }: NodeRequest): string {
  const news = [
    ...commands.filter((command) => !approved?.commands.includes(command)),
    ...caps.filter((cap) => !approved?.caps.includes(cap)).map((cap) => `capability ${cap}`),
  ];
  return news.length === 0 ? 'another permission' : news.join(', ');
}
