/**
 * The HTTP status of an answer that refused a WebSocket, in the text of the error; undefined for any other error. The error
 * of `ws` has no other mark (8.23, lib/websocket.js: `Unexpected server response: 403`).
 */
export function refusedUpgrade(errorText: string | undefined): number | undefined {
  const status = /\bserver response: (\d{3})\b/.exec(errorText ?? '')?.[1];
  return status === undefined ? undefined : Number(status);
}
