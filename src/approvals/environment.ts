/** The outcome of looking at the variables a request wants to set. */
export type EnvironmentCheck =
  | { kind: 'clean' }
  | { kind: 'refused'; names: readonly string[]; reason: string };

const NAMES = /^(TERM|LANG|LC_[A-Z]+|COLORTERM|NO_COLOR|FORCE_COLOR)$/;
// Multi-byte character sets other than UTF-8 can hide a quote or a backslash inside a character.
const LOCALE = /^(|C|POSIX|C\.(UTF-?8|utf-?8)|[a-z]{2,3}(_[A-Z]{2})?\.(UTF-?8|utf-?8)(@[a-z]+)?)$/;
const WORD = /^[A-Za-z0-9._+-]{0,64}$/;

/**
 * A request may set terminal and locale variables to plain values, nothing else. Everything refused is named,
 * because dropping it silently would run something other than what was asked for.
 */
export function checkEnvironment(env: Readonly<Record<string, string>>): EnvironmentCheck {
  const names = Object.entries(env)
    .filter(([name, value]) => !isHarmlessVariable(name, value))
    .map(([name]) => name);
  if (names.length === 0) return { kind: 'clean' };
  const list = names.map((name) => JSON.stringify(name)).join(', ');
  return { kind: 'refused', names, reason: `the request may not set ${list} in the environment` };
}

/** Whether a variable of this name and value changes nothing but language and colours. */
export function isHarmlessVariable(name: string, value: string): boolean {
  if (!NAMES.test(name)) return false;
  return name.startsWith('L') ? LOCALE.test(value) : WORD.test(value);
}
