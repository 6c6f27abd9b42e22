/** What every pair of programs is put through, in this order. */
export const STEPS = [
  'pair',
  'approve',
  'list',
  'describe',
  'run allowed',
  'run approved',
  'deny',
  'restart',
  'revoke',
] as const;
export type Step = (typeof STEPS)[number];

/** One pair of programs: what each step came to. A failed step ends the pair. */
export type Cell = {
  results: Map<Step, { ok: boolean; note: string }>;
};

export type CellRunner = {
  cell: Cell;
  /** Runs a step; its value is a note for the table. False when it, or one before it, failed. */
  step(name: Step, work: () => Promise<string | undefined> | Promise<void>): Promise<boolean>;
};

/** An empty cell. */
export function newCell(): CellRunner {
  const results: Cell['results'] = new Map();
  return {
    cell: { results },
    step: async (name, work) => {
      if ([...results.values()].some(({ ok }) => !ok)) return false;
      try {
        results.set(name, { ok: true, note: (await work()) ?? '' });
        return true;
      } catch (thrown) {
        const note = thrown instanceof Error ? thrown.message : String(thrown);
        results.set(name, { ok: false, note });
        return false;
      }
    },
  };
}

/** The first failure of a cell, or undefined when every step passed. */
export function failureOf({ results }: Cell): { step: Step; note: string } | undefined {
  for (const [step, { ok, note }] of results) if (!ok) return { step, note };
  return STEPS.every((step) => results.has(step)) ? undefined : { step: 'pair', note: 'not run' };
}

/** A table of cells: one row for each, one column for each step. */
export function renderCells(title: string, rows: readonly { name: string; cell: Cell }[]): string {
  const header = [title, ...STEPS];
  const lines = rows.map(({ name, cell }) => [
    name,
    ...STEPS.map((step) => {
      const result = cell.results.get(step);
      if (result === undefined) return '·';
      return result.ok ? ['ok', result.note].filter((part) => part !== '').join(' ') : 'RED';
    }),
  ]);
  const widths = header.map((_, column) =>
    Math.max(...[header, ...lines].map((line) => (line[column] ?? '').length)),
  );
  return [header, ...lines]
    .map((line) => line.map((text, column) => text.padEnd(widths[column] ?? 0)).join(' | '))
    .join('\n');
}

/** One program with one gateway, driven through {@link STEPS}. */
export type Pair = CellRunner & {
  /** Up to `approve`. */
  join(): Promise<void>;
  /** Up to `deny`. */
  use(): Promise<void>;
  /** After the gateway was started again: `readyAt` is when it answered (performance.now()). */
  back(readyAt: number): Promise<void>;
  revoke(): Promise<void>;
};
