import type { RunResult } from '../../protocol/index.ts';
import { markTruncated, TRUNCATION_MARK } from './output-budget.ts';

/**
 * Shortens the output of a result so that its frame stays within `budgetBytes` after JSON has escaped it twice
 * (`payloadJSON` is JSON text inside a JSON frame: one NUL byte becomes seven). The real node host does not, and loses
 * its connection with 1009 to 150 kB of zeros. The beginning is kept; a short stream is kept whole at the cost of the
 * long one.
 */
export function fitRunResult(result: RunResult, budgetBytes: number): RunResult {
  const sizes = { stdout: escapedTwice(result.stdout), stderr: escapedTwice(result.stderr) };
  const fixed = Buffer.byteLength(JSON.stringify(JSON.stringify({ ...result, stdout: '', stderr: '' })));
  const room = budgetBytes - fixed;
  if (sizes.stdout + sizes.stderr <= room) return result;
  const usable = Math.max(0, room - escapedTwice(TRUNCATION_MARK));
  const half = usable / 2;
  const limits = {
    stdout: Math.max(half, usable - sizes.stderr),
    stderr: Math.max(half, usable - sizes.stdout),
  };
  return {
    ...result,
    ...markTruncated({
      stdout: prefixWithin(result.stdout, limits.stdout),
      stderr: prefixWithin(result.stderr, limits.stderr),
    }),
  };
}

/** Bytes a text takes as part of a JSON string that is itself part of a JSON string; without the quotes. */
export function escapedTwice(text: string): number {
  let bytes = 0;
  for (let index = 0; index < text.length; index += 1) bytes += unitCost(text, index);
  return bytes;
}

/** The longest beginning that takes at most `limitBytes`, never half a surrogate pair. */
export function prefixWithin(text: string, limitBytes: number): string {
  let bytes = 0;
  let index = 0;
  while (index < text.length) {
    const pair = isPairStart(text, index);
    const cost = unitCost(text, index) + (pair ? unitCost(text, index + 1) : 0);
    if (bytes + cost > limitBytes) break;
    bytes += cost;
    index += pair ? 2 : 1;
  }
  return text.slice(0, index);
}

/** Cost of one UTF-16 unit; each half of a surrogate pair counts two of the pair's four UTF-8 bytes. */
function unitCost(text: string, index: number): number {
  const code = text.charCodeAt(index);
  if (code === 0x22 || code === 0x5c) return 4; // `\"` becomes `\\\"`
  if (code < 0x20) return SHORT_ESCAPES.has(code) ? 3 : 7; // `\n` becomes `\\n`, `\u0000` becomes `\\u0000`
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  if (code < 0xd800 || code > 0xdfff) return 3;
  if (isPairStart(text, index) || (index > 0 && isPairStart(text, index - 1))) return 2;
  return 7; // well-formed JSON.stringify (ES2019) writes a lone surrogate as `\udXXX`
}

const SHORT_ESCAPES: ReadonlySet<number> = new Set([0x08, 0x09, 0x0a, 0x0c, 0x0d]);

function isPairStart(text: string, index: number): boolean {
  const first = text.charCodeAt(index);
  const second = text.charCodeAt(index + 1);
  return first >= 0xd800 && first <= 0xdbff && second >= 0xdc00 && second <= 0xdfff;
}
