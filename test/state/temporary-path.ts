import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** A path in a directory that is removed after the test. */
export function temporaryPath(t: TestContext, name: string): string {
  const directory = fs.mkdtempSync(join(tmpdir(), 'state-'));
  t.after(() => fs.rmSync(directory, { recursive: true, force: true }));
  return join(directory, name);
}
