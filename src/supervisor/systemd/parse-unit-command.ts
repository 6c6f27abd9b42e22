/** Splits the value of `ExecStart=` into words as systemd does, without expanding specifiers or variables. Pure. */
export function splitUnitCommand(value: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  const text = value.replaceAll('\\\n', ' ');
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index] ?? '';
    if (character === '\\' && index + 1 < text.length) {
      index += 1;
      word = (word ?? '') + (text[index] ?? '');
    } else if (quote !== '') {
      if (character === quote) quote = '';
      else word = (word ?? '') + character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + character;
  }
  if (word !== undefined) words.push(word);
  const [program, ...args] = words.map((part) => part.replaceAll('%%', '%').replaceAll('$$', '$'));
  return program === undefined ? [] : [program.replace(/^[-@:+!]+/, ''), ...args];
}
