/**
 * Numbers of the wire protocol. Source: measured on Clawdbot 2026.1.24-3 (protocol 3) and OpenClaw 2026.9.6 (4).
 * Durations in milliseconds, sizes in bytes.
 */
export const DEFAULT_PORT = 18789;
/** A socket that has not completed `connect` this long after the upgrade is closed with 1000. */
export const HANDSHAKE_TIMEOUT_MS = 10_000;
/** How long a client waits for `connect.challenge` before it connects without a nonce (signature v1). */
export const CHALLENGE_WAIT_MS = 750;
/** Largest message a gateway takes from somebody who has not said hello; one byte more closes with 1009 (protocol 4). */
export const STRANGER_MAX_PAYLOAD_BYTES = 65_536;
/** Largest message a gateway takes from a protocol 3 peer; one byte more closes the socket with 1009. */
export const MAX_PAYLOAD_BYTES = 524_288;
/** Largest message a client takes. */
export const CLIENT_MAX_PAYLOAD_BYTES = 26_214_400;
/** More than this waiting in a client's socket when an event is due that must not be dropped: closed as a slow consumer. */
export const MAX_BUFFERED_BYTES = 1_572_864;
/** The same two limits for protocol 4 peers, whose commands carry files and pictures (protocol-now §1). */
export const MAX_PAYLOAD_BYTES_V4 = 26_214_400;
export const MAX_BUFFERED_BYTES_V4 = 52_428_800;
export const TICK_INTERVAL_MS = 30_000;
export const HEALTH_INTERVAL_MS = 60_000;
/** Allowed difference between `device.signedAt` and the gateway's clock, either way: protocol 3 signs the client's clock. */
export const SIGNATURE_SKEW_MS = 600_000;
/** The same for protocol 4, whose clients sign the time of the challenge. */
export const SIGNATURE_SKEW_MS_V4 = 120_000;
export const PAIRING_REQUEST_LIFE_MS = 300_000;
export const PRESENCE_LIFE_MS = 300_000;
export const PRESENCE_MAX_ENTRIES = 200;
export const INVOKE_TIMEOUT_MS = 30_000;
export const APPROVAL_TIMEOUT_MS = 120_000;
/** stdout and stderr of one run together. */
export const OUTPUT_CAP_BYTES = 200_000;
/** Tail of the output carried by `exec.finished`, in characters. */
export const OUTPUT_TAIL_CHARS = 20_000;
/** A WebSocket close frame holds 125 bytes: 2 of code, the reference cuts reasons to 120. */
export const CLOSE_REASON_BYTES = 120;
/** What `shutdown` announces before a restart. */
export const RESTART_EXPECTED_MS = 1_500;

/** Close codes in use (RFC 6455 §7.4, private range from 4000). */
export const CLOSE = {
  normal: 1000,
  protocolMismatch: 1002,
  policy: 1008,
  tooBig: 1009,
  restart: 1012,
  /** The gateway cannot serve this yet; come back (protocol 4 while starting). */
  tryAgainLater: 1013,
  clientTickTimeout: 4000,
  /** The device was removed or its token revoked. Same number as protocol 4. */
  deviceRemoved: 4001,
} as const;
