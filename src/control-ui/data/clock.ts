import { signal } from '@preact/signals';

/** Unix milliseconds, moved once a second; whatever shows an age reads it. */
export const nowMs = signal(Date.now());

setInterval(() => {
  nowMs.value = Date.now();
}, 1_000);
