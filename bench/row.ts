/** One line of the table: what we need against what the bare thing needs, taken in the same run. */
export type Row = {
  what: string;
  ours: number;
  base: number;
  /** What `base` is, in words. */
  baseIs: string;
  unit: 'ms' | 'MB' | 'KB' | 'ms CPU' | 'restarts';
  /** Largest (or, with `atLeast`, smallest) ratio that is good enough; undefined for rows that only inform. */
  limit?: number;
  atLeast?: boolean;
};

/** `ours / base`, or `base / ours` where a big factor is the aim. */
export function ratioOf(row: Row): number {
  return row.atLeast ? row.base / row.ours : row.ours / row.base;
}

/** Does the row meet its limit? Rows without one always do. */
export function withinLimit(row: Row): boolean {
  if (row.limit === undefined) return true;
  return row.atLeast ? ratioOf(row) >= row.limit : ratioOf(row) <= row.limit;
}

/** The rows as a Markdown table. */
export function renderTable(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row.what,
    `${number(row.ours)} ${row.unit}`,
    `${number(row.base)} ${row.unit} (${row.baseIs})`,
    `${ratioOf(row).toFixed(2)} x`,
    row.limit === undefined
      ? ''
      : `${row.atLeast ? '>=' : '<='} ${row.limit} x ${withinLimit(row) ? 'ok' : '**missed**'}`,
  ]);
  const head = ['what', 'ours', 'compared with', 'ratio', 'target'];
  return [head, head.map(() => '---'), ...cells].map((line) => `| ${line.join(' | ')} |`).join('\n');
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error('cannot take the median of nothing');
  return middle;
}

function number(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
