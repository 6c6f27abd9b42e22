/** One assignment of a unit file with what stands above it. */
export type Block = {
  key: string;
  /** As written, continuation lines included. */
  value: string;
  /** Comment and blank lines directly above. */
  above: readonly string[];
};

export type Section = {
  /** Empty for what precedes the first section. */
  name: string;
  /** Lines above and including `[Name]`. */
  heading: readonly string[];
  blocks: readonly Block[];
  /** Comments and blanks after the last assignment. */
  trailing: readonly string[];
};

/** Cuts a unit file into sections and assignments; nothing is lost (systemd.syntax(7)). Pure. */
export function parseBlocks(text: string): Section[] {
  const sections: { name: string; heading: string[]; blocks: Block[]; trailing: string[] }[] = [];
  let above: string[] = [];
  const lines = text.replace(/\n$/, '').split('\n');
  for (let index = 0; index < lines.length; index += 1) {
    let line = lines[index] ?? '';
    const heading = /^\[(.+)\]\s*$/.exec(line)?.[1];
    if (heading !== undefined) {
      sections.push({ name: heading, heading: [...above, line], blocks: [], trailing: [] });
      above = [];
      continue;
    }
    const isAssignment = /^\s*[^#;\s=][^=]*=/.test(line);
    if (!isAssignment) {
      above.push(line);
      continue;
    }
    while (line.endsWith('\\') && index + 1 < lines.length) {
      index += 1;
      line += `\n${lines[index]}`;
    }
    const cut = line.indexOf('=');
    const section = sections.at(-1);
    const block = { key: line.slice(0, cut).trim(), value: line.slice(cut + 1).trim(), above };
    if (section !== undefined) section.blocks.push(block);
    above = [];
  }
  sections.at(-1)?.trailing.push(...above);
  return sections;
}

/** The inverse of {@link parseBlocks}. */
export function writeSections(sections: readonly Section[]): string {
  const lines = sections.flatMap(({ heading, blocks, trailing }) => [
    ...heading,
    ...blocks.flatMap(({ above, key, value }) => [...above, `${key}=${value}`]),
    ...trailing,
  ]);
  return `${lines.join('\n')}\n`;
}
