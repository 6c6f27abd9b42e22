import type { Options } from './command-spec.ts';

/** The text of an option, undefined when it was not given. */
export function textOption(options: Options, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

/** The number of an option, undefined when it was not given. */
export function numberOption(options: Options, name: string): number | undefined {
  const value = options[name];
  return typeof value === 'number' ? value : undefined;
}

/** Whether a switch is on. */
export function hasOption(options: Options, name: string): boolean {
  return options[name] === true;
}

/** Every value of an option that may be repeated. */
export function textsOption(options: Options, name: string): readonly string[] {
  const value = options[name];
  return typeof value === 'object' ? value : [];
}
