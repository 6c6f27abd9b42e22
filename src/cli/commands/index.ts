import type { CommandSpec } from '../program/command-spec.ts';
import { approvalsCommand } from './approvals/spec.ts';
import { completionCommand } from './completion/spec.ts';
import { configCommand } from './config/spec.ts';
import { devicesCommand } from './devices/spec.ts';
import { doctorCommand } from './doctor/spec.ts';
import { gatewayCommand } from './gateway/spec.ts';
import { hostCommands } from './host/spec.ts';
import { nodeCommand } from './node/spec.ts';
import { nodesCommand } from './nodes/spec.ts';
import { supervisorCommand } from './supervisor/spec.ts';
import { tailscaleCommand } from './tailscale/spec.ts';

/** Every command, in the order the help shows them. */
export const COMMANDS: readonly CommandSpec[] = [
  gatewayCommand,
  nodeCommand,
  nodesCommand,
  devicesCommand,
  approvalsCommand,
  configCommand,
  supervisorCommand,
  tailscaleCommand,
  doctorCommand,
  ...hostCommands,
  completionCommand(() => COMMANDS),
];
