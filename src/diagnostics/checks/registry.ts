import type { Check } from '../engine/check.ts';
import { competingOwners } from './competing-owners.ts';
import { configChecks } from './config-checks.ts';
import { gatewayChecks } from './gateway-checks.ts';
import { lockChecks } from './lock-checks.ts';
import { machineChecks } from './machine-checks.ts';
import { nodeChecks } from './node-checks.ts';
import { ownerChecks } from './owner-checks.ts';
import { peerChecks } from './peer-checks.ts';
import { portChecks } from './port-checks.ts';
import { publishedChecks } from './published-checks.ts';
import { routeChecks } from './route-checks.ts';
import { securityChecks } from './security-checks.ts';
import { stateChecks } from './state-checks.ts';
import { stormChecks } from './storm-checks.ts';
import { tailnetChecks } from './tailnet-checks.ts';
import { unitChecks } from './unit-checks.ts';
import { unitEnvironmentChecks } from './unit-environment-checks.ts';

/** Every check, in the order in which equal findings are shown: causes before consequences. */
export const CHECKS: readonly Check[] = [
  ...configChecks,
  ...stateChecks,
  ...lockChecks,
  ...portChecks,
  ...unitChecks,
  ...unitEnvironmentChecks,
  ...machineChecks,
  ...stormChecks,
  ...competingOwners,
  ...ownerChecks,
  ...publishedChecks,
  ...gatewayChecks,
  ...securityChecks,
  ...nodeChecks,
  ...peerChecks,
  ...tailnetChecks,
  ...routeChecks,
];
