/** The node host: connects to a gateway and runs commands for it. */

export type { GatewayAddress, NodeOverrides } from './host/node-settings.ts';
export { policyContextOf } from './host/policy-context.ts';
export {
  type NodeStatus,
  type NodeStatusReading,
  nodeStatusPath,
  readNodeStatus,
} from './host/status-file.ts';
export type { GatewayIdentity, LastError, NodeState } from './link/node-state.ts';
export { explainRun } from './run/explain-run.ts';
export { type NodeLog, type NodeOptions, type NodeOutcome, runNode } from './run-node.ts';
export { runNodeProcess } from './run-node-process.ts';
