import { type ExecDecision, maskSecrets, visibleText } from '../../approvals/index.ts';
import type { RunDecision } from '../../protocol/index.ts';

/** More programs than this are a program of their own; the reason still names the one that matters. */
const MAX_PROGRAMS = 50;
/** Words of one program, and characters of one word, that are written down. */
const MAX_WORDS = 100;
const MAX_CHARS = 500;

/** A decision for the gateway's audit: no secrets, nothing that could be stored wrongly, of bounded size. */
export function runDecision(invokeId: string, decision: ExecDecision): RunDecision {
  return {
    invokeId,
    code: decision.code,
    reason: shortened(decision.reason),
    ...(decision.rule === undefined ? {} : { rule: shortened(decision.rule) }),
    programs: decision.programs
      .slice(0, MAX_PROGRAMS)
      .map(({ words, path, covered, rule, storableArgs = undefined }) => {
        const shown = wordsFor(words);
        const isExact = shown.length === words.length && shown.every((word, at) => word === words[at]);
        return {
          words: shown,
          ...(path === undefined ? {} : { path }),
          covered,
          ...(rule === undefined ? {} : { rule: shortened(rule) }),
          storable: storableArgs !== undefined && isExact,
        };
      }),
  };
}

/** Secrets are recognised by what stands before them, so the words are masked together and then one by one. */
function wordsFor(words: readonly string[]): string[] {
  const masked = maskSecrets(words.join('\n')).split('\n');
  const exact = masked.length === words.length ? masked : words.map(maskSecrets);
  return exact.slice(0, MAX_WORDS).map((word) => shortened(visibleText(word)));
}

function shortened(text: string): string {
  return text.length <= MAX_CHARS
    ? text
    : `${text.slice(0, MAX_CHARS)}… (${text.length - MAX_CHARS} characters more)`;
}
