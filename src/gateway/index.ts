export type { GatewayLog } from './gateway-log.ts';
export { type RunEnd, type RunGatewayOptions, runGateway } from './run-gateway.ts';
export {
  type GatewayOptions,
  type GatewayState,
  type RunningGateway,
  type StopOptions,
  startGateway,
} from './start-gateway.ts';
