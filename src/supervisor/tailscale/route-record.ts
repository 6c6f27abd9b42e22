import { rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { readTextIfPresent, writePrivateFile } from '../../state/index.ts';

/** The route this state directory published last; only what is recorded here is ever taken away by itself (F-58). */
export type RouteRecord = {
  name: string;
  port: number;
  gatewayPort: number;
  isFunnel: boolean;
  madeAtMs: number;
};

const schema = z.object({
  version: z.literal(1),
  name: z.string(),
  port: z.number(),
  gatewayPort: z.number(),
  isFunnel: z.boolean(),
  madeAtMs: z.number(),
});

/** The record, or undefined when there is none or it cannot be read: then nothing is ours. */
export function readRouteRecord(stateDir: string): RouteRecord | undefined {
  try {
    const text = readTextIfPresent(pathIn(stateDir));
    if (text === undefined) return undefined;
    const { version: _version, ...record } = schema.parse(JSON.parse(text));
    return record;
  } catch {
    return undefined;
  }
}

/** @throws `state/write` */
export function writeRouteRecord(stateDir: string, record: RouteRecord): void {
  writePrivateFile(pathIn(stateDir), `${JSON.stringify({ version: 1, ...record }, null, 2)}\n`);
}

export function forgetRouteRecord(stateDir: string): void {
  rmSync(pathIn(stateDir), { force: true });
}

function pathIn(stateDir: string): string {
  return join(stateDir, 'tailscale-route.json');
}
