/** The last branch of a switch over a union: reached only when a variant was forgotten, which the compiler refuses. */
export function assertNever(value: never): never {
  throw new Error(`unexpected variant: ${JSON.stringify(value)}`);
}
