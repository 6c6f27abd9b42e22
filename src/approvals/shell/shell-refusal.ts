/** Thrown inside the parser only; the parser's entry turns it into a value. */
export class ShellRefusal extends Error {
  readonly at: number;

  constructor(reason: string, at: number) {
    super(reason);
    this.name = 'ShellRefusal';
    this.at = at;
  }
}
