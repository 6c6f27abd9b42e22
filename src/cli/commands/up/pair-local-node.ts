import { setTimeout as sleep } from 'node:timers/promises';
import type { PairedDevice } from '../../../protocol/index.ts';
import { loadOrCreateIdentity } from '../../../state/index.ts';
import type { Cli } from '../../cli.ts';
import { withGateway } from '../../connection/open-gateway.ts';
import { fetchNodes } from '../../nodes/fetch-nodes.ts';
import { fetchDevices } from '../../nodes/fetch-pairing.ts';
import { nodeLabel } from '../../nodes/resolve-node.ts';
import { escapeText } from '../../output/escape-text.ts';

const LOOK_EVERY_MS = 100;

/**
 * Waits until the node of this machine is connected. When the gateway wants a person to approve it, this command is
 * that person: it approves the one request that carries this machine's own key, and says so.
 */
export async function pairLocalNode(
  cli: Cli,
  { startedAtMs, signal }: { startedAtMs: number; signal: AbortSignal },
): Promise<{ name: string } | undefined> {
  const { deviceId } = loadOrCreateIdentity(cli.paths.deviceIdentity, Date.now());
  return withGateway({ cli, options: {}, intention: 'pair the node of this machine' }, async (gateway) => {
    while (!signal.aborted) {
      const node = (await fetchNodes(gateway)).find((entry) => entry.nodeId === deviceId && entry.connected);
      const { pending, paired } = await fetchDevices(gateway);
      for (const request of pending) {
        if (request.deviceId !== deviceId) continue;
        await gateway.call('device.pair.approve', { requestId: request.requestId });
        cli.out.line(`Approved the node of this machine (request ${escapeText(request.requestId)}).`);
      }
      if (node !== undefined) {
        const name = nodeLabel(node);
        const did = isNew(paired, deviceId, startedAtMs) ? 'Paired' : 'Connected';
        cli.out.line(`${did} the node of this machine: ${escapeText(name)} (${deviceId.slice(0, 12)}…)`);
        return { name };
      }
      await sleep(LOOK_EVERY_MS);
    }
    return undefined;
  });
}

/** Did the device get its node token since this command began? */
function isNew(paired: readonly PairedDevice[], deviceId: string, startedAtMs: number): boolean {
  const device = paired.find((entry) => entry.deviceId === deviceId);
  const token = device?.tokens?.find(({ role }) => role === 'node');
  return token !== undefined && token.createdAtMs >= startedAtMs;
}
