import type { SocketLike } from '../../protocol/index.ts';

/** The browser's WebSocket as the shared client wants it. Its handlers take events; what they carry is the same. */
export function openBrowserSocket(url: string): SocketLike {
  const socket = new WebSocket(url);
  const adapted: SocketLike = {
    onopen: null,
    onmessage: null,
    onclose: null,
    onerror: null,
    send: (text) => socket.send(text),
    close: (code, reason) => {
      // Pages may only send 1000 and 3000-4999 (RFC 6455 leaves the others to the endpoint itself).
      const mayBeSent = code === undefined || code === 1000 || (code >= 3000 && code <= 4999);
      if (mayBeSent) socket.close(code, reason);
      else socket.close();
    },
  };
  socket.onopen = () => adapted.onopen?.();
  socket.onmessage = (event) => adapted.onmessage?.({ data: event.data });
  socket.onclose = ({ code, reason }) => adapted.onclose?.({ code, reason });
  // Browsers say nothing about why.
  socket.onerror = () => adapted.onerror?.({ message: 'no connection' });
  return adapted;
}
