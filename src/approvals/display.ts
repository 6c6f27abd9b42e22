import { shellText } from './shell-text.ts';

/** A command as a person should see it before agreeing. */
export type CommandDisplay = {
  /** Everything, in one line, with nothing invisible in it. */
  text: string;
  /** What deserves a second look, one sentence each. */
  notes: readonly string[];
};

/**
 * Shows a vector or a shell text completely. Control, invisible and direction characters appear as `\u{…}`, long
 * runs of blanks as their number, secrets as their length. Nothing is cut: what is too long for a screen has to be
 * scrolled, not guessed.
 */
export function displayCommand(command: readonly string[]): CommandDisplay {
  // Only of a shell the system has is the text alone enough to know what would run.
  const line = shellText(command);
  const text = line?.isNamed === true ? line.text : undefined;
  const shown = text ?? command.map(showWord).join(' ');
  const masked = maskSecrets(shown);
  const notes: string[] = [];
  if (masked !== shown) notes.push('Secrets are shown by their length; the approval is for the exact text.');
  if (text !== undefined) notes.push(`This is a text for ${visibleText(command[0] ?? '')}.`);
  const visible = visibleText(masked);
  if (visible !== masked) notes.push('Characters that cannot be seen are written out.');
  const scripts = mixedWords(shown);
  if (scripts.length > 0)
    notes.push(`Letters of different scripts are mixed in: ${scripts.map(visibleText).join(', ')}`);
  return { text: visible, notes };
}

/**
 * Writes out every character that cannot be seen: control (also line ends), format, direction, unassigned and
 * private ones, unusual blanks, and combining marks without a letter. Runs of blanks above 8 become their number.
 */
export function visibleText(text: string): string {
  return text
    .replace(/[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu, escapeCharacter)
    .replace(BLANK_LETTERS, escapeCharacter)
    .replace(/(^|[\s"'=/])(\p{M})/gu, (_, before: string, mark: string) => before + escapeCharacter(mark))
    .replace(/ {9,}/g, (run) => ` ⟨${run.length} blanks⟩ `);
}

/** Hides values that look like secrets. Only texts that no shell could act on are hidden, so no program can be. */
export function maskSecrets(text: string): string {
  const hide = (secret: string) => `⟨secret, ${secret.length} characters⟩`;
  return text
    .replace(
      /((?:^|[\s"'])-{0,2}(?:[A-Za-z0-9]+[-_])*(?:token|secret|password|passwd|passphrase|api[-_]?key|access[-_]?key|private[-_]?key|auth)(?:=|\s+|=["'])["']?)([\w.~+/=:@%-]{4,})/gi,
      (_, name: string, value: string) => name + hide(value),
    )
    .replace(
      /((?:Bearer|Basic|token)\s+)([\w.~+/=-]{8,})/gi,
      (_, word: string, value: string) => word + hide(value),
    )
    .replace(/(:\/\/[\w.%+-]*:)([\w.%~+-]+)(?=@)/g, (_, start: string, value: string) => start + hide(value))
    .replace(/\b(?:gh[pousr]_|github_pat_|glpat-|sk-|xox[abprs]-|AKIA|eyJ)[\w.-]{12,}/g, hide);
}

/** Letters and marks that are drawn as nothing: Hangul fillers, joiners, Khmer vowels, blank Braille, selectors. */
const BLANK_LETTERS =
  /\u115f|\u1160|\u3164|\uffa0|\u034f|\u17b4|\u17b5|\u2800|[\ufe00-\ufe0f]|[\u{e0100}-\u{e01ef}]/gu;

function showWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function escapeCharacter(character: string): string {
  const named: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\u001b': '\\e' };
  return named[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/** Words with Latin letters next to ones that look like them. */
function mixedWords(text: string): string[] {
  const words = text.match(/[\p{L}\p{M}]+/gu) ?? [];
  return words.filter(
    (word) => /\p{Script=Latin}/u.test(word) && /[\p{Script=Cyrillic}\p{Script=Greek}]/u.test(word),
  );
}
