import { errorText } from '../ops-error.ts';

/**
 * Why a text is no JSON. V8 (Node 24) quotes up to 20 characters of it for some mistakes; the files here hold keys and
 * tokens, so that part is left out.
 */
export function jsonProblem(thrown: unknown): string {
  return errorText(thrown).replace(/, (\.\.\.)?".*"(\.\.\.)? is not valid JSON$/s, '');
}
