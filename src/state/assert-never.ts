/** Marks the branch that no value can reach; the compiler complains when a union grows. @throws always, with the value's JSON. */
export function assertNever(value: never): never {
  throw new Error(`cannot happen: unexpected value ${JSON.stringify(value)}`);
}
