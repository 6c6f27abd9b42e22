import { RequestError } from '../../protocol/index.ts';
import { NotConnected } from '../link/link.ts';
import { t } from './translate.ts';

/** Why something was refused, for people: the gateway's own sentence, and ours where it only says a code. */
export function reasonText(thrown: unknown): string {
  if (thrown instanceof NotConnected) return t('reason.notConnected');
  if (!(thrown instanceof RequestError)) return thrown instanceof Error ? thrown.message : String(thrown);
  switch (thrown.shape.code) {
    case 'TIMEOUT':
      return t('reason.timeout');
    case 'CLOSED':
      return t('reason.closed');
    default:
      return thrown.shape.message;
  }
}

/** Why somebody was not let in. The gateway's sentences speak of settings that this page does not have (gateway-protocol §10). */
export function refusalText(message: string): string {
  if (message.includes('gateway token mismatch')) return t('signIn.wrongToken');
  if (message.includes('gateway password mismatch')) return t('signIn.wrongPassword');
  if (message.includes('too many failed authentication attempts')) return t('signIn.tooMany');
  return message;
}

/** Why there is no connection: our own words and the gateway's at its end (`gateway/drain.ts`) in the language of the page. */
export function lostText(why: string): string {
  if (/^no (connection|answer)/.test(why)) return t('lost.noAnswer');
  return why === 'service restart' ? t('lost.restart') : why;
}
