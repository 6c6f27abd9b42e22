import type { UnitText } from './escape.ts';

export type UnitScope = 'user' | 'system';

/** One value per line, or several for a line that is repeated (and dropped for none). */
export type UnitValues = Readonly<Record<string, UnitText | readonly UnitText[]>>;

/**
 * Fills a unit template. Pure.
 *
 * `@user`, `@system` and `@254` in front of a line keep it for that scope, or for that version of systemd and later.
 * @throws a plain Error for a name the values lack: a fault of the template, not of the machine
 */
export function renderUnit(
  template: string,
  values: UnitValues,
  target: { scope: UnitScope; systemdVersion: number },
): string {
  const lines = template
    .split('\n')
    .flatMap((line) => keepFor(line, target))
    .flatMap((line) => fill(line, values));
  return lines.join('\n');
}

function keepFor(line: string, target: { scope: UnitScope; systemdVersion: number }): string[] {
  const marked = /^@(\w+) (.*)$/.exec(line);
  if (marked?.[1] === undefined || marked[2] === undefined) return [line];
  const applies = /^\d+$/.test(marked[1])
    ? target.systemdVersion >= Number(marked[1])
    : target.scope === marked[1];
  return applies ? keepFor(marked[2], target) : [];
}

function fill(line: string, values: UnitValues): string[] {
  const names = [...line.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? '');
  const list = names.map((name) => values[name]).find((value) => Array.isArray(value));
  const choices: readonly (UnitText | undefined)[] = Array.isArray(list) ? list : [undefined];
  return choices.map((choice) =>
    line.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
      const value = values[name];
      if (value === undefined) throw new Error(`cannot render a unit: no value for ${name}`);
      return typeof value === 'string' ? value : (choice ?? '');
    }),
  );
}
