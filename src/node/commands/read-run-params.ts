import { type SystemRunParams, systemRunParamsSchema } from '../../protocol/index.ts';

export type RunParamsReading =
  | { kind: 'params'; params: SystemRunParams }
  | { kind: 'invalid'; message: string };

/** Reads the parameters of `system.run`. Numbers and booleans in the vector become text, as in the reference. */
export function readRunParams(value: unknown): RunParamsReading {
  const command = typeof value === 'object' && value !== null ? Reflect.get(value, 'command') : undefined;
  if (!Array.isArray(command) || command.length === 0)
    return { kind: 'invalid', message: 'command required' };
  const argv = command.map((item: unknown) =>
    typeof item === 'number' || typeof item === 'boolean' ? String(item) : item,
  );
  const parsed = systemRunParamsSchema.safeParse({ ...Object(value), command: argv });
  if (parsed.success) return { kind: 'params', params: parsed.data };
  const path = parsed.error.issues[0]?.path.map(String).join('.');
  return { kind: 'invalid', message: `cannot read the run parameters: ${path || 'they'} has the wrong type` };
}
