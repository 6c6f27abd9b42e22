import type { EventFrame } from '../../protocol/index.ts';

/**
 * Decides whether to connect anew when the gateway says so. Only when the connection before this one ended without a
 * close frame, since only then an old socket can be left at the gateway: two nodes with one identity would otherwise
 * chase each other away for ever.
 */
export function isForgotten(
  event: EventFrame,
  { deviceId, previousCloseCode }: { deviceId: string; previousCloseCode: number | undefined },
): boolean {
  return previousCloseCode === NO_CLOSE_FRAME && saysWeLeft(event, deviceId);
}

/** RFC 6455 §7.1.5: what the WebSocket reports when none came. */
const NO_CLOSE_FRAME = 1006;

/**
 * Does the gateway think that this device has left? The published gateway (2026.1.24-3) forgets the new connection of
 * a node when the old one of the same node closes late, as half-open ones do: the node stays connected and is never
 * asked again (F-62, F-63). What gives it away is the presence broadcast for that close.
 */
function saysWeLeft({ event, payload }: EventFrame, deviceId: string): boolean {
  if (event !== 'presence' || typeof payload !== 'object' || payload === null) return false;
  const entries: unknown = Reflect.get(payload, 'presence');
  return (
    Array.isArray(entries) &&
    entries.some(
      (entry: unknown) =>
        typeof entry === 'object' &&
        entry !== null &&
        Reflect.get(entry, 'deviceId') === deviceId &&
        Reflect.get(entry, 'reason') === 'disconnect',
    )
  );
}
