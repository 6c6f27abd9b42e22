/**
 * The names of values that checks give as evidence: keys of the object literals inside of `problem(…)`, and of those
 * that functions named there return (`problem(listenerEvidence(…))`, `….map(brief)`, `...place(…)`).
 */
export function evidenceNamesOf(sources: readonly string[]): Set<string> {
  const names = new Set<string>();
  const read = new Set<string>();
  for (const source of sources)
    for (const at of placesOf(source, /\bproblem\(/g)) readExpression(balanced(source, at));
  return names;

  function readExpression(text: string): void {
    for (const [, name = ''] of text.matchAll(/(?<=[{,]\s*)([a-z]\w*)(?=\s*[:,}])/gi)) names.add(name);
    for (const [, name = ''] of text.matchAll(/(?:^\s*|map\(|\.\.\.)([a-z]\w*)\b/g)) readFunction(name);
  }

  function readFunction(name: string): void {
    if (read.has(name)) return;
    read.add(name);
    for (const source of sources)
      for (const at of placesOf(source, new RegExp(`function ${name}\\(`, 'g'))) {
        const end = source.indexOf('\n}\n', at);
        const body = source.slice(at, end);
        for (const from of placesOf(body, /\breturn \{/g)) readExpression(`{${balanced(body, from)}}`);
      }
  }
}

/** Where each match ends. */
function placesOf(text: string, pattern: RegExp): number[] {
  return [...text.matchAll(pattern)].map((match) => match.index + match[0].length);
}

/** From behind an opening bracket to the one that closes it. */
function balanced(text: string, from: number): string {
  let depth = 1;
  let at = from;
  for (; depth > 0 && at < text.length; at += 1) {
    if ('({['.includes(text[at] ?? '')) depth += 1;
    if (')}]'.includes(text[at] ?? '')) depth -= 1;
  }
  return text.slice(from, at - 1);
}
