import { type Block, parseBlocks, type Section, writeSections } from './unit-blocks.ts';

export type UnitMerge = {
  text: string;
  /** `Section.Key` of each hand edit that was kept. */
  kept: readonly string[];
  /** Kept although the new template changed the same key; both values, for people to decide. */
  conflicts: readonly { key: string; yours: readonly string[]; generated: readonly string[] }[];
};

/**
 * Carries hand edits over to a newly generated unit (field failure F-38). Works on keys, not lines: a key that was
 * changed, added or removed by hand since the last generation stays as the hand left it; every other key is as
 * generated now. Pure.
 */
export function mergeUnit(versions: { base: string; mine: string; theirs: string }): UnitMerge {
  const base = parseBlocks(versions.base);
  const mine = parseBlocks(versions.mine);
  const theirs = parseBlocks(versions.theirs);
  const kept: string[] = [];
  const conflicts: { key: string; yours: string[]; generated: string[] }[] = [];
  const names = [...new Set([...theirs, ...mine].map(({ name }) => name))];

  const sections = names.map((name): Section => {
    const [b, m, t] = [base, mine, theirs].map((version) => version.find((section) => section.name === name));
    const order = keyOrder(t, m);
    const blocks = order.flatMap((key) => {
      const [before, yours, generated] = [b, m, t].map((section) => blocksOf(section, key));
      if (before === undefined || yours === undefined || generated === undefined) return [];
      if (isSame(yours, before)) return generated;
      if (isSame(yours, generated)) return yours;
      kept.push(`${name}.${key}`);
      if (!isSame(generated, before))
        conflicts.push({ key: `${name}.${key}`, yours: values(yours), generated: values(generated) });
      return yours;
    });
    return { name, heading: (t ?? m)?.heading ?? [], blocks, trailing: (t ?? m)?.trailing ?? [] };
  });
  return { text: writeSections(sections), kept, conflicts };
}

/** The generated order; keys only the hand wrote come after the key they followed there. */
function keyOrder(theirs: Section | undefined, mine: Section | undefined): string[] {
  const order = [...new Set((theirs?.blocks ?? []).map(({ key }) => key))];
  let previous: string | undefined;
  for (const { key } of mine?.blocks ?? []) {
    if (!order.includes(key))
      order.splice(previous === undefined ? order.length : order.indexOf(previous) + 1, 0, key);
    previous = key;
  }
  return order;
}

function blocksOf(section: Section | undefined, key: string): Block[] {
  return (section?.blocks ?? []).filter((block) => block.key === key);
}

function values(blocks: readonly Block[]): string[] {
  return blocks.map(({ value }) => value);
}

/** Comments count: one that was written by hand is an edit, too. */
function isSame(a: readonly Block[], b: readonly Block[]): boolean {
  const flat = (blocks: readonly Block[]) =>
    JSON.stringify(blocks.map(({ value, above }) => [value, above.filter((line) => line.trim() !== '')]));
  return flat(a) === flat(b);
}
