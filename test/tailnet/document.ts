import assert from 'node:assert/strict';

/** One command of a document and what it has to print. */
export type Step = {
  machine: 'server' | 'desktop';
  command: string;
  expected: readonly string[];
  line: number;
};

/** The commands of the ```console blocks, in order. A command starts with `server$ ` or `desktop$ `; what follows is its output. */
export function readSteps(markdown: string): Step[] {
  const steps: (Step & { expected: string[] })[] = [];
  let isInside = false;
  for (const [index, line] of markdown.split('\n').entries()) {
    if (line.startsWith('```')) isInside = line === '```console';
    else if (isInside) {
      const match = /^(server|desktop)\$ (.*)$/.exec(line);
      if (match?.[2] !== undefined) {
        const machine = match[1] === 'server' ? 'server' : 'desktop';
        steps.push({ machine, command: match[2], expected: [], line: index + 1 });
      } else steps.at(-1)?.expected.push(line);
    }
  }
  return steps;
}

/** Compares what was printed with what the document says: `…` is anything in a line, a line of only `…` any lines. */
export function assertPrinted(step: Step, printed: string): void {
  const pattern = step.expected
    .map((line) => (line === '…' ? '(?:.*\\n)*?' : `${line.split('…').map(literally).join('.*')}\\n`))
    .join('');
  const text = printed.trimEnd() === '' ? '' : `${printed.trimEnd().replaceAll(/[ \t\r]+\n/g, '\n')}\n`;
  const isSame = new RegExp(`^${pattern}$`).test(text);
  assert.ok(
    isSame,
    `line ${step.line}: ${step.machine}$ ${step.command}\nprints\n${text}\nwhere the document says\n${step.expected.join('\n')}`,
  );
}

function literally(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
