import type { TestContext } from 'node:test';

const undoing = new WeakMap<Pick<TestContext, 'after'>, (() => unknown)[]>();

/**
 * Undoes something when the test ends, last things first. `t.after` alone runs hooks in the order they were made: a home
 * would be removed while the program that writes into it still runs, and come back.
 */
export function cleanUp(t: Pick<TestContext, 'after'>, undo: () => unknown): void {
  const present = undoing.get(t);
  if (present !== undefined) {
    present.push(undo);
    return;
  }
  const all = [undo];
  undoing.set(t, all);
  t.after(async () => {
    const failures: unknown[] = [];
    for (let next = all.pop(); next !== undefined; next = all.pop()) {
      try {
        await next();
      } catch (thrown) {
        failures.push(thrown); // the others are undone all the same
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'cannot clean up after the test');
  });
}
