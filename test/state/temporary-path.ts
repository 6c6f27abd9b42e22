import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { cleanUp } from '../clean-up.ts';

/** A path in a directory that is removed after the test. */
export function temporaryPath(t: TestContext, name: string): string {
  const directory = fs.mkdtempSync(join(tmpdir(), 'state-'));
  cleanUp(t, () => fs.rmSync(directory, { recursive: true, force: true }));
  return join(directory, name);
}
