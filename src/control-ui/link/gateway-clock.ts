import { signal } from '@preact/signals';

/** What a message and the loading of the page may take; a difference below it says nothing about clocks. */
const NOISE_MS = 5_000;

/**
 * How far the gateway's clock is ahead of this browser's, in milliseconds, as of its last challenge. Machines that slept
 * or were never set differ by minutes, and a question that waits for two must not be taken for expired.
 */
export const gatewayAheadMs = signal(0);

/** Takes the time that the gateway sent just now. */
export function noteGatewayTime(atMs: number): void {
  const aheadMs = atMs - Date.now();
  gatewayAheadMs.value = Math.abs(aheadMs) < NOISE_MS ? 0 : aheadMs;
}
