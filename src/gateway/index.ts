export type { GatewayDoctor } from './gateway-doctor.ts';
export type { GatewayLog } from './gateway-log.ts';
export type { GatewayOptions, GatewayState, StopOptions } from './gateway-options.ts';
export { type RunEnd, type RunGatewayOptions, runGateway } from './run-gateway.ts';
export { type RunningGateway, startGateway } from './start-gateway.ts';
