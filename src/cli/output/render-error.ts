import { type ExitClass, errorText, OpsError, type Remedy } from '../../state/index.ts';
import { escapeLines } from './escape-text.ts';
import { shellText } from './shell-text.ts';

/** What a failed command ends with: the text for people, the same facts for `--json`, the exit status. */
export type RenderedError = {
  text: string;
  json: { ok: false; error: { code: string; message: string; evidence?: unknown; remedies?: unknown } };
  exitClass: ExitClass;
};

export type RenderErrorOptions = {
  /** Secrets in use; should one ever get into a text, it is masked here. */
  secrets: ReadonlySet<string>;
  /** What people type to run this program, in remedies that start with `clawdbot`. */
  self?: string;
};

/**
 * The one way a failure is shown: failed intention and cause, then evidence, then what to do.
 * Everything but an {@link OpsError} is a defect of ours and comes with its stack.
 */
export function renderError(
  thrown: unknown,
  { secrets, self = 'clawdbot' }: RenderErrorOptions,
): RenderedError {
  const error =
    thrown instanceof OpsError
      ? thrown
      : new OpsError('internal', `cannot go on: ${errorText(thrown)}`, {
          cause: thrown,
          evidence: { stack: thrown instanceof Error ? (thrown.stack ?? '') : '' },
        });
  const shown = Object.entries(error.evidence).filter(([, value]) => value !== undefined && value !== '');
  const mask = (text: string) => maskSecrets(text, secrets);
  const text = [
    clipLines(error.message),
    ...causesOf(error).map((cause) => `  because: ${clipLines(cause)}`),
    // Structures are for programs; people get the words that the message and the plain facts carry.
    ...shown.flatMap(([key, value]) =>
      typeof value === 'object' ? [] : [`  ${labelOf(key)}: ${clipLines(String(value))}`],
    ),
    ...error.remedies.map((remedy) => remedyText(remedy, self)),
  ].join('\n');
  return {
    text: escapeLines(mask(text)),
    json: JSON.parse(
      mask(
        JSON.stringify({
          ok: false,
          error: {
            code: error.code,
            message: error.message,
            ...(shown.length === 0 ? {} : { evidence: Object.fromEntries(shown) }),
            ...(error.remedies.length === 0 ? {} : { remedies: error.remedies }),
          },
        }),
      ),
    ),
    exitClass: error.exitClass,
  };
}

/** A line that is longer repeats what was typed or received; its two ends say which. */
const MAX_LINE = 1_000;
const SHOWN_END = 200;

function clipLines(text: string): string {
  if (text.length <= MAX_LINE) return text;
  return text
    .split('\n')
    .map((line) =>
      line.length <= MAX_LINE
        ? line
        : `${line.slice(0, SHOWN_END)} … (${line.length} characters) … ${line.slice(-SHOWN_END)}`,
    )
    .join('\n');
}

/** Causes whose text the message does not already carry. */
function causesOf(error: OpsError): string[] {
  const causes: string[] = [];
  let said = error.message;
  for (let cause = error.cause; cause instanceof Error && causes.length < 5; cause = cause.cause) {
    if (said.includes(cause.message) || error.code === 'internal') continue;
    causes.push(cause.message);
    said += cause.message;
  }
  return causes;
}

function remedyText(remedy: Remedy, self: string): string {
  if (remedy.kind === 'read') return `→ ${remedy.text}`;
  const [program, ...rest] = remedy.command;
  return `→ run: ${program === 'clawdbot' ? [self, shellText(rest)].join(' ').trim() : shellText(remedy.command)}`;
}

/** `gatewayTarget` reads as `Gateway target`. */
function labelOf(key: string): string {
  const words = key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function maskSecrets(text: string, secrets: ReadonlySet<string>): string {
  let masked = text;
  // Short values would mask ordinary words; a gateway refuses such secrets anyway.
  for (const secret of secrets) if (secret.length >= 6) masked = masked.replaceAll(secret, '(hidden)');
  return masked;
}
