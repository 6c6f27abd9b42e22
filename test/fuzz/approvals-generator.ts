/** A small seeded generator (mulberry32), so that a finding can be repeated from its seed. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Programs that only leave a mark. */
export const MARKERS = ['m0', 'm1', 'm2', 'm3', 'm4', 'm5'] as const;

const SOUP =
  `m0 m1 m2 m3 ; & | && || ( ) { } $( ) \` " ' \\ # <<E <<-E <<'E' $x \${x} $$ $? $ if then else elif fi while until
  do done for in ! >/dev/null 2>&1 </dev/null * ? [a-z] [ ] a b=c x=m1 x= m4=m5 ~ - -- case esac function echo cd time {}
  {m0,m1} {m0} < > << >> >& & ;; ;& |& <( >( $(( )) (( [[ ]] $' $" \${x:-m2} \${x+m3} \${!x} $@ $* $1 \\m0 m\\0 'm'0 "m"0 m0() eval exec
  command : true false exit break @ = += % ^ , .. == é “ ”`.split(/\s+/);
const GLUE = [' ', ' ', ' ', '', '', '\n', '\t', '\\\n', '\nE\n', ';', ' '];

/** One random command text: well-formed ones, ones with an accident, and heaps of tokens. */
export function randomCommand(random: () => number): string {
  const kind = random();
  if (kind < 0.12) return soup(random);
  const text = list(random, 3);
  return kind < 0.62 ? text : mutate(text, random);
}

function pick<T>(random: () => number, items: readonly T[]): T {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('cannot pick from nothing');
  return item;
}

function times<T>(random: () => number, most: number, make: () => T): T[] {
  return Array.from({ length: Math.floor(random() * (most + 1)) }, make);
}

function soup(random: () => number): string {
  return times(random, 12, () => pick(random, SOUP) + pick(random, GLUE)).join('');
}

/** Removes, doubles, inserts or swaps a few pieces. */
function mutate(text: string, random: () => number): string {
  let changed = text;
  for (let left = 1 + Math.floor(random() * 3); left > 0; left -= 1) {
    const at = Math.floor(random() * (changed.length + 1));
    const end = Math.min(changed.length, at + Math.floor(random() * 4));
    const piece = random() < 0.5 ? pick(random, SOUP) : pick(random, GLUE);
    changed = changed.slice(0, at) + (random() < 0.6 ? piece : '') + changed.slice(random() < 0.5 ? at : end);
  }
  return changed;
}

function list(random: () => number, depth: number): string {
  const items = [andOr(random, depth), ...times(random, 2, () => andOr(random, depth))];
  return items
    .map(
      (item, index) =>
        item +
        (index < items.length - 1
          ? pick(random, [';', '\n', ' ; ', ' & ', ';\n'])
          : pick(random, ['', '', ';', '\n', ' # m5', ' &'])),
    )
    .join('');
}

function andOr(random: () => number, depth: number): string {
  return [
    pipeline(random, depth),
    ...times(
      random,
      1,
      () => pick(random, [' && ', '||', '&&\n', ' || ', ' \\\n && ']) + pipeline(random, depth),
    ),
  ].join('');
}

function pipeline(random: () => number, depth: number): string {
  const bang = random() < 0.1 ? '! ' : '';
  return (
    bang +
    [
      command(random, depth),
      ...times(random, 1, () => pick(random, ['|', ' | ', '|\n']) + command(random, depth)),
    ].join('')
  );
}

function command(random: () => number, depth: number): string {
  const kind = depth <= 0 ? 1 : random();
  const body = () => list(random, depth - 1);
  const inner = () =>
    `${body()}${pick(random, [';', '\n', '; '])}`
      .replace(/([;&]|# m5)\s*;/g, '$1\n')
      .replace(/&\s*\n?;/g, '&\n');
  if (kind < 0.06) return `(${body()})`;
  if (kind < 0.12) return `{ ${inner()}}`;
  if (kind < 0.18) return `if ${inner()} then ${inner()}${random() < 0.5 ? `else ${inner()}` : ''}fi`;
  if (kind < 0.21) return `while ${inner()} do ${inner()} break; done`;
  if (kind < 0.24) return `until ${pick(random, ['m0', 'm2', 'm4'])}; do ${inner()} done`;
  if (kind < 0.3)
    return `for x in ${times(random, 3, () => word(random, depth)).join(' ')}; do ${inner()} done`;
  return simple(random, depth);
}

function simple(random: () => number, depth: number): string {
  const before = random() < 0.08 ? `${pick(random, ['LC_ALL=C', 'LANG=C', 'x=m1;', 'y=$x;', 'x=m1'])} ` : '';
  const name = pick(random, [
    ...MARKERS,
    ...MARKERS,
    `'m0'`,
    'm"1"',
    '\\m2',
    'm\\\n3',
    '"m4"',
    'echo',
    ':',
    'true',
    'set -e; m1',
    'read -r x <<E\nm2 m3\nE\n m0',
    'command -v m0',
    'cd /srv;m0',
    ...(random() < 0.1 ? ['$x', '$(m1)', 'm*'] : []),
    'test m1 =',
    '[ m0 ] && m1',
  ]);
  const words = times(random, 3, () => ` ${word(random, depth)}`).join('');
  const after =
    random() < 0.2
      ? pick(random, [
          ' >/dev/null',
          ' 2>&1',
          ' 2>/dev/null',
          ' </dev/null',
          ' >&2',
          ' 2>&-',
          ' <<E\nm3 $x\nE\n',
          " <<'E'\n$(m4)\nE\n",
          ' <<-E\n\tm2\n\tE\n',
          ' <<E\n\\$(m3)\nE\n',
        ])
      : '';
  return before + name + words + after;
}

function word(random: () => number, depth: number): string {
  const kind = random();
  if (kind < 0.5)
    return pick(random, [
      'a',
      'm5',
      '-n',
      '1',
      'a=b',
      'x#y',
      '*',
      '?',
      '[a-z]*',
      '~',
      '~/a',
      '$x',
      `$\{x}`,
      '$?',
      '$',
      'a$',
      '{}',
      '{a}',
      '}',
      '!',
      'é',
      'if',
      'done',
      '=',
      ',',
      '-',
    ]);
  if (kind < 0.65) return `'${pick(random, ['a b', '$(m1)', '`m2`', ';m3', '\n', '\\', '"', '#', ''])}'`;
  if (kind < 0.85 || depth <= 0)
    return `"${pick(random, ['a b', '\\$(m1)', '\\`m2', ';m3', '\n', '\\\\', "'", '$x', '#', '', 'a\\"b', '$', '\\a', '$(m4)', '\\\n'])}"`;
  const inner = list(random, depth - 1);
  if (random() < 0.2) return random() < 0.5 ? `\`${inner}\`` : `"\`${inner}\`"`;
  return random() < 0.5 ? `$(${inner})` : `"$(${inner})"`;
}
