import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { systemWhichParamsSchema } from '../../protocol/index.ts';
import { done, type InvokeReply, invalid } from './reply.ts';

/**
 * `system.which`: the first place of each name in the node's search path. Existence only, names with a slash are never
 * found, names not found are left out (gateway-protocol §16, with its error texts).
 */
export function systemWhich(params: unknown, searchPath: readonly string[]): InvokeReply {
  if (params === undefined || params === null) return invalid('Error: INVALID_REQUEST: paramsJSON required');
  const parsed = systemWhichParamsSchema.safeParse(params);
  if (!parsed.success) return invalid('Error: INVALID_REQUEST: bins required');
  const bins: Record<string, string> = Object.create(null);
  for (const name of parsed.data.bins.map((bin) => bin.trim())) {
    if (name === '' || name === '.' || name === '..' || /[/\\\0]/.test(name)) continue;
    const found = searchPath.map((directory) => join(directory, name)).find((path) => existsSync(path));
    if (found !== undefined) bins[name] = found;
  }
  return done({ bins });
}
