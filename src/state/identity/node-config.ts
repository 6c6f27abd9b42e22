import { randomUUID } from 'node:crypto';
import { isPlainObject } from '../config/plain-object.ts';
import { OpsError } from '../ops-error.ts';
import { readTextIfPresent, writePrivateFile } from '../private-file.ts';
import { jsonProblem } from './json-problem.ts';

/** `node.json`: how this machine's node host reaches its gateway. Unknown keys are kept. */
export type NodeConfig = {
  version: 1;
  /** Sent as `client.instanceId`. */
  nodeId: string;
  token?: string;
  displayName?: string;
  gateway?: { host?: string; port?: number; tls?: boolean; tlsFingerprint?: string } & Record<
    string,
    unknown
  >;
} & Record<string, unknown>;

/** The file if there is one. @throws `state/damaged`, `state/unreadable` */
export function readNodeConfig(path: string): NodeConfig | undefined {
  const text = readTextIfPresent(path);
  if (text === undefined) return undefined;
  let stored: unknown;
  try {
    stored = JSON.parse(text);
  } catch (cause) {
    throw damaged(path, jsonProblem(cause));
  }
  if (!isPlainObject(stored)) throw damaged(path, 'it is not an object');
  const { nodeId, token, displayName, gateway, version: _version, ...others } = stored;
  if (typeof nodeId !== 'string' || nodeId === '') throw damaged(path, 'it has no nodeId');
  return {
    ...others,
    version: 1,
    nodeId,
    ...(typeof token === 'string' ? { token } : {}),
    ...(typeof displayName === 'string' ? { displayName } : {}),
    ...(isPlainObject(gateway) ? { gateway: readGateway(gateway) } : {}),
  };
}

/** Writes the file (0600), unless it says the same already. */
export function writeNodeConfig(path: string, config: NodeConfig): void {
  const text = `${JSON.stringify(config, null, 2)}\n`;
  if (readTextIfPresent(path) !== text) writePrivateFile(path, text);
}

/** A fresh file content with a new random id. */
export function newNodeConfig(facts: Omit<Partial<NodeConfig>, 'version' | 'nodeId'> = {}): NodeConfig {
  return { version: 1, nodeId: randomUUID(), ...facts };
}

function readGateway(stored: Record<string, unknown>): NonNullable<NodeConfig['gateway']> {
  const { host, port, tls, tlsFingerprint, ...others } = stored;
  const isPort = typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= 65535;
  return {
    ...others,
    ...(typeof host === 'string' ? { host } : {}),
    ...(isPort ? { port } : {}),
    ...(typeof tls === 'boolean' ? { tls } : {}),
    ...(typeof tlsFingerprint === 'string' ? { tlsFingerprint } : {}),
  };
}

function damaged(path: string, reason: string): OpsError {
  return new OpsError(
    'state/damaged',
    `cannot read the node settings ${path}: ${reason}; the file was left as it is`,
    {
      evidence: { path },
      remedies: [{ kind: 'read', text: `Correct ${path}, or move it aside: pairing does not depend on it.` }],
    },
  );
}
