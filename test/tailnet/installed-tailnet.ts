import assert from 'node:assert/strict';
import { configureGateway, installCopy, property, TOKEN } from '../systemd/installed-copy.ts';
import type { Ran } from '../systemd/run-program.ts';
import { until } from '../systemd/until.ts';
import { openTailnet, SERVER_NAME, type Tailnet } from './tailnet.ts';

export const GATEWAY = 'clawdbot-gateway.service';
export const NODE = 'clawdbot-node.service';
export const GATEWAY_URL = `https://${SERVER_NAME}:18789/`;

/** A tailnet with a gateway on the server, which publishes itself, and its paired node on the desktop. */
export type InstalledTailnet = Tailnet & {
  /** What `clawdbot probe` says on the desktop. */
  probe(url?: string): Promise<string>;
  /** What the gateway says about itself in the tailnet, JSON. */
  exposure(): Promise<string>;
  isPublished(): Promise<boolean>;
  isConnected(): Promise<boolean>;
};

/** Opens a tailnet and installs both services, as alice, who is tailscaled's operator on the server; about 25 s. */
export async function installOnTailnet(): Promise<InstalledTailnet> {
  const tailnet = await openTailnet();
  const { server, desktop } = tailnet;
  const exposure = async () => {
    const { stdout } = await server.alice(['clawdbot', 'gateway', 'call', 'health', '--json']);
    return stdout.slice(stdout.indexOf('"tailscale"'));
  };
  const installed: InstalledTailnet = {
    ...tailnet,
    exposure,
    probe: async (url = GATEWAY_URL) => (await desktop.alice(['clawdbot', 'probe', url])).stdout,
    isPublished: async () => (await exposure()).includes('"state": "published"'),
    isConnected: async () => (await property(desktop, NODE, 'StatusText')).startsWith('connected to '),
  };
  try {
    for (const host of [server, desktop]) installCopy(host);
    await configureGateway(server, { tailscale: { mode: 'serve' } });
    await ok(server.root(['tailscale', 'set', '--operator=alice']));
    await ok(server.alice(['clawdbot', 'gateway', 'install']));
    await until('the gateway to publish itself', installed.isPublished);
    const node = ['clawdbot', 'node', 'install', '--host', SERVER_NAME, '--port', '18789', '--tls'];
    await ok(desktop.alice(node, { env: { CLAWDBOT_GATEWAY_TOKEN: TOKEN } }));
    await until('a request', async () => (await pendingNode(installed)) !== undefined);
    await ok(server.alice(['clawdbot', 'nodes', 'approve', (await pendingNode(installed)) ?? '']));
    await until('the node', installed.isConnected);
    return installed;
  } catch (cause) {
    await tailnet.close();
    throw cause;
  }
}

/** The request of a node that waits for approval, if there is one. */
export async function pendingNode({ server }: Pick<Tailnet, 'server'>): Promise<string | undefined> {
  const { stdout } = await server.alice(['clawdbot', 'nodes', 'pending', '--json']);
  return JSON.parse(stdout)[0]?.requestId;
}

/** What a program printed, which has to end with status 0. */
export async function ok(ran: Promise<Ran>): Promise<string> {
  const { status, stdout, stderr } = await ran;
  assert.equal(status, 0, stdout + stderr);
  return stdout;
}
