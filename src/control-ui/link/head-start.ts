/**
 * What takes a round trip starts while the rest of the page is still on its way: the socket, the keys, the question
 * whether anybody serves. A file of its own that imports next to nothing; `main.tsx` takes up what it began.
 */

import type { SocketLike } from '../../protocol/index.ts';
import { takeTokenFromAddress } from './address-token.ts';
import { openBrowserSocket } from './browser-socket.ts';
import { openDeviceKeys } from './device-keys.ts';

// The token leaves the address bar before anything else happens.
const { token, clean } = takeTokenFromAddress(location.href);
if (clean !== location.href) history.replaceState(null, '', clean);

/** The token that stood in the address. */
export const addressToken = token;

/** The gateway this page came from; there is no other. */
const gatewayUrl = `${location.protocol === 'https:' ? 'wss:' : 'ws:'}//${location.host}/`;

/** The keys of this browser; a failure is that of whoever waits for them. */
export const deviceKeys = openDeviceKeys();
deviceKeys.catch(() => {});

/** What `/healthz` says, which anybody may ask; undefined when it says nothing. */
export const firstHealth: Promise<unknown> = fetch('/healthz', { cache: 'no-store', credentials: 'omit' })
  .then((response) => response.json())
  .catch(() => undefined);

/** What the socket said before anybody listened. */
const heard: (() => void)[] = [];
let early: SocketLike | undefined = openBrowserSocket(gatewayUrl);
early.onopen = () => heard.push(() => taken?.onopen?.());
early.onmessage = (event) => heard.push(() => taken?.onmessage?.(event));
early.onerror = (event) => heard.push(() => taken?.onerror?.(event));
early.onclose = (event) => heard.push(() => taken?.onclose?.(event));
let taken: SocketLike | undefined;

/** The socket that was opened first, once; then new ones. The taker hears what it missed as soon as it listens. */
export function openGatewaySocket(): SocketLike {
  if (early === undefined) return openBrowserSocket(gatewayUrl);
  taken = early;
  early = undefined;
  queueMicrotask(() => {
    for (const tell of heard) tell();
  });
  return taken;
}
