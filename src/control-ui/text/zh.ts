import type { Dictionary } from './en.ts';
import { approvals } from './zh/approvals.ts';
import { config } from './zh/config.ts';
import { doctor } from './zh/doctor.ts';
import { logs } from './zh/logs.ts';
import { nodes } from './zh/nodes.ts';
import { overview } from './zh/overview.ts';
import { shell } from './zh/shell.ts';

/** 简体中文。 */
export const zh: Dictionary = {
  ...approvals,
  ...config,
  ...doctor,
  ...logs,
  ...nodes,
  ...overview,
  ...shell,
};
