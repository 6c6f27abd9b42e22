/**
 * A unified diff of two texts, exact to the line, without context beyond `contextLines`. Empty for equal texts. Pure.
 * Longest common subsequence in a table: units have some hundred lines.
 */
export function diffLines(before: string, after: string, contextLines = 2): string {
  const edits = editScript(toLines(before), toLines(after));
  const near = (index: number): boolean =>
    edits.slice(Math.max(0, index - contextLines), index + contextLines + 1).some(({ mark }) => mark !== ' ');
  const shown = edits.map((edit, index) => ({ ...edit, shown: near(index) }));
  if (!shown.some((edit) => edit.shown)) return '';
  return shown
    .flatMap((edit, index) => {
      if (edit.shown) return [`${edit.mark}${edit.line}`];
      return shown[index - 1]?.shown === true && shown.slice(index).some((later) => later.shown) ? ['…'] : [];
    })
    .join('\n');
}

type Edit = { mark: ' ' | '-' | '+'; line: string };

function editScript(before: readonly string[], after: readonly string[]): Edit[] {
  const common = commonLengths(before, after);
  const edits: Edit[] = [];
  let [i, j] = [0, 0];
  for (;;) {
    const [old, fresh] = [before[i], after[j]];
    if (old === undefined && fresh === undefined) return edits;
    if (old !== undefined && old === fresh) {
      edits.push({ mark: ' ', line: old });
      i += 1;
      j += 1;
    } else if (
      old !== undefined &&
      (fresh === undefined || lengthAt(common, i + 1, j) >= lengthAt(common, i, j + 1))
    ) {
      edits.push({ mark: '-', line: old });
      i += 1;
    } else {
      edits.push({ mark: '+', line: fresh ?? '' });
      j += 1;
    }
  }
}

/** `table[i][j]`: the longest common subsequence of what follows line i and line j. */
function commonLengths(before: readonly string[], after: readonly string[]): number[][] {
  const table: number[][] = Array.from({ length: before.length + 1 }, () =>
    new Array<number>(after.length + 1).fill(0),
  );
  for (let i = before.length - 1; i >= 0; i -= 1) {
    const row = table[i];
    if (row === undefined) continue;
    for (let j = after.length - 1; j >= 0; j -= 1) {
      row[j] =
        before[i] === after[j]
          ? lengthAt(table, i + 1, j + 1) + 1
          : Math.max(lengthAt(table, i + 1, j), lengthAt(table, i, j + 1));
    }
  }
  return table;
}

function lengthAt(table: readonly (readonly number[])[], i: number, j: number): number {
  return table[i]?.[j] ?? 0;
}

function toLines(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}
