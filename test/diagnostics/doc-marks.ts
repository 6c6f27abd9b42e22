/** Puts a table between its marks `<!-- NAME: … -->` and `<!-- /NAME -->` in docs/doctor.md. */
export function replaceBetween(text: string, name: string, table: string): string {
  const marks = new RegExp(`(<!-- ${name}: [^>]*-->\\n)[^]*?(\\n<!-- /${name} -->)`);
  if (!marks.test(text)) throw new Error(`docs/doctor.md has no marks for ${name}`);
  return text.replace(marks, (_whole, begin: string, end: string) => `${begin}\n${table}\n${end}`);
}
