import type { LoadedConfig } from '../config/load.ts';
import { valueAt } from '../config/plain-object.ts';

/** Where a setting came from. */
export type SettingSource = 'option' | 'env' | 'config' | 'default';

export type Sourced<T> = { value: T; source: SettingSource };

/** The first candidate that is present; the last one always counts. */
export function pick<T>(...candidates: readonly [SettingSource, T | undefined][]): Sourced<T> {
  for (const [source, value] of candidates) {
    if (value !== undefined) return { value, source };
  }
  const last = candidates.at(-1);
  // T includes undefined whenever the last candidate is undefined: callers end their list with the default
  return { value: last?.[1] as T, source: last?.[0] ?? 'default' };
}

/**
 * The gateway port: option, `CLAWDBOT_GATEWAY_PORT`, config, 18789 (19001 for the profile `dev`).
 * A port that is none is reported in `problem` and skipped.
 */
export function readPort(
  loaded: LoadedConfig,
  env: Readonly<Record<string, string | undefined>>,
  option?: number,
): Sourced<number> & { problem?: string } {
  if (option !== undefined && !isPort(option))
    return { value: option, source: 'option', problem: 'Invalid port' };
  const text = env['CLAWDBOT_GATEWAY_PORT']?.trim();
  const fromEnv = text === undefined || text === '' ? undefined : Number(text);
  const written = valueAt(loaded.effective, ['gateway', 'port']) !== undefined;
  const { port } = loaded.config.gateway;
  const chosen = pick<number>(
    ['option', option],
    ['env', fromEnv !== undefined && isPort(fromEnv) ? fromEnv : undefined],
    ['config', written ? port : undefined],
    ['default', loaded.paths.profile === 'dev' ? 19001 : port],
  );
  const isEnvBad = fromEnv !== undefined && !isPort(fromEnv) && option === undefined;
  if (!isEnvBad) return chosen;
  return {
    ...chosen,
    problem: `CLAWDBOT_GATEWAY_PORT is ${JSON.stringify(text)}, which is not a port (1 to 65535)`,
  };
}

function isPort(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= 65535;
}
