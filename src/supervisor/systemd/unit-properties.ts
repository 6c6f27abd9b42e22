/** Reads one block of `systemctl show` (a line `Name=value` each); a property that is not there is an empty text. Pure. */
export function unitProperties(block: string): {
  text: (name: string) => string;
  /** 0 for what is no number, as for `[not set]`. */
  number: (name: string) => number;
  /** Words between blanks. */
  list: (name: string) => string[];
} {
  const values = new Map(
    block.split('\n').map((line): [string, string] => {
      const cut = line.indexOf('=');
      return [line.slice(0, cut), line.slice(cut + 1)];
    }),
  );
  const text = (name: string): string => values.get(name) ?? '';
  return {
    text,
    number: (name) => Number(text(name)) || 0,
    list: (name) => text(name).split(' ').filter(Boolean),
  };
}
