import { computed, signal } from '@preact/signals';
import { gatewayAheadMs } from '../link/gateway-clock.ts';

/** Unix milliseconds, moved once a second; whatever shows an age reads it. */
export const nowMs = signal(Date.now());

/** The same on the gateway's clock, for times that it sent. */
export const gatewayNowMs = computed(() => nowMs.value + gatewayAheadMs.value);

setInterval(() => {
  nowMs.value = Date.now();
}, 1_000);
