export type { GatewayLog } from './gateway-log.ts';
export {
  type GatewayOptions,
  type GatewayState,
  type RunningGateway,
  type StopOptions,
  startGateway,
} from './start-gateway.ts';
