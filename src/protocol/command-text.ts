/**
 * An argument vector as one line for events, logs and plans, in the form of both references: joined by spaces, arguments
 * with white space or `"` in double quotes with `"` escaped. It is shown and compared, never parsed.
 */
export function commandText(argv: readonly string[], rawCommand?: string | null): string {
  const raw = rawCommand?.trim();
  if (raw) return raw;
  return argv
    .map((argument) => (needsQuotes(argument) ? `"${argument.replaceAll('"', '\\"')}"` : argument))
    .join(' ');
}

function needsQuotes(argument: string): boolean {
  return argument === '' || /\s|"/.test(argument);
}
