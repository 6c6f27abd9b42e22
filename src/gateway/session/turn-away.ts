import type { GatewayCore } from '../core.ts';
import type { Refusal } from '../handshake/refusal.ts';
import type { Connection } from './connection.ts';

const MAX_LOGGED_CHARS = 500;

/** Answers a refused handshake and closes; a wrong secret is answered after its delay, so that guessing is slow. */
export function turnAway(core: GatewayCore, connection: Connection, id: string, refusal: Refusal): void {
  const { error, closeCode, closeReason, delayMs } = refusal;
  connection.isTurnedAway = true;
  const end = () => {
    connection.refuse(id, error);
    connection.close(closeCode, closeReason);
  };
  core.log.info(`connection refused: ${shortened(error.message)}`, {
    connection: connection.id,
    from: connection.upgrade.clientIp ?? 'untrusted proxy',
  });
  if (delayMs === undefined) end();
  else setTimeout(end, delayMs);
}

/** The message may repeat what a stranger sent, up to the size of a frame. */
function shortened(text: string): string {
  return text.length <= MAX_LOGGED_CHARS
    ? text
    : `${text.slice(0, MAX_LOGGED_CHARS)}… (${text.length} characters)`;
}
