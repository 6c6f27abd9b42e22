/** The library: everything a program needs that embeds, supervises or talks to a gateway. */
export { type GatewayOptions, type RunningGateway, startGateway } from './gateway/index.ts';
export { runNode } from './node/index.ts';
export * from './protocol/index.ts';
export { OpsError, resolvePaths, type StatePaths } from './state/index.ts';
export { acquireLock, inspectListeners, readHolder } from './supervisor/index.ts';
