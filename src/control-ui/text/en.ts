import { approvals } from './en/approvals.ts';
import { config } from './en/config.ts';
import { doctor } from './en/doctor.ts';
import { logs } from './en/logs.ts';
import { nodes } from './en/nodes.ts';
import { overview } from './en/overview.ts';
import { shell } from './en/shell.ts';

/** Every sentence of the page. `{name}` is filled in; keys ending in `.one` and `.many` depend on `{count}`. */
export const en = { ...approvals, ...config, ...doctor, ...logs, ...nodes, ...overview, ...shell } as const;

export type TextKey = keyof typeof en;

/** The same keys in some language. */
export type Dictionary = Readonly<Record<TextKey, string>>;
