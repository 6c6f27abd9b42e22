/** Random numbers from a seed, so that a failure can be repeated (mulberry32). */
export function makeRandom(seed: number): {
  below: (limit: number) => number;
  pick: <T>(items: readonly T[]) => T;
} {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    below,
    pick: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error('nothing to pick from');
      return item;
    },
  };
}

type Random = ReturnType<typeof makeRandom>;

/** Values that break programs: wrong types, edges of numbers, keys of the prototype, long and odd text. */
const ODD: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1e308,
  2 ** 53,
  -0.5,
  '',
  ' ',
  '\u0000',
  '\ud800',
  '__proto__',
  'x'.repeat(5_000),
  '\u202e\u200b',
  [],
  {},
  [[[[[[]]]]]],
  { __proto__: null },
  'operator.admin',
  'node.invoke',
];

/** One frame made strange: bytes, structure, or both. */
export function mutate(frame: unknown, random: Random): string {
  switch (random.below(6)) {
    case 0:
      return garbage(random);
    case 1:
      return flipBytes(JSON.stringify(frame), random);
    case 2:
      return JSON.stringify(frame).slice(0, random.below(200));
    case 3:
      return `${'['.repeat(random.below(20_000))}${JSON.stringify(frame)}`;
    default: {
      let changed = structuredClone(frame);
      for (let times = 1 + random.below(3); times > 0; times -= 1) changed = changeOne(changed, random);
      return JSON.stringify(changed) ?? 'null';
    }
  }
}

function changeOne(value: unknown, random: Random): unknown {
  if (typeof value !== 'object' || value === null || random.below(5) === 0) return random.pick(ODD);
  if (Array.isArray(value)) {
    if (value.length === 0) return [random.pick(ODD)];
    const at = random.below(value.length);
    return value.map((item, index) => (index === at ? changeOne(item, random) : item));
  }
  const entries: [string, unknown][] = Object.entries(value);
  const at = random.below(entries.length + 1);
  const chosen = entries[at];
  if (chosen === undefined)
    return { ...value, [random.pick(['extra', '__proto__', 'constructor', ''])]: random.pick(ODD) };
  if (random.below(4) === 0) return Object.fromEntries(entries.filter((entry) => entry !== chosen));
  return { ...value, [chosen[0]]: changeOne(chosen[1], random) };
}

function flipBytes(text: string, random: Random): string {
  const bytes = Buffer.from(text);
  for (let times = 1 + random.below(4); times > 0; times -= 1) {
    if (bytes.length > 0) bytes[random.below(bytes.length)] = random.below(256);
  }
  return bytes.toString('latin1');
}

function garbage(random: Random): string {
  return String.fromCharCode(...Array.from({ length: random.below(300) }, () => random.below(0xd000)));
}
