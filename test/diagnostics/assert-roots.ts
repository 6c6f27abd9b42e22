import assert from 'node:assert/strict';
import type { Report } from '../../src/diagnostics/index.ts';
import { rootIds } from '../makers/setup.ts';

/** Exactly these ids are what the doctor calls a problem, in whatever order; with every finding where it is not so. */
export function assertRoots(report: Report, expected: readonly string[]): void {
  assert.deepEqual(rootIds(report).toSorted(), expected.toSorted(), JSON.stringify(report.findings, null, 1));
}

/** Nothing found, and nothing left open. */
export function assertHealthy({ findings }: Report): void {
  assert.deepEqual(findings, [], JSON.stringify(findings, null, 1));
}
