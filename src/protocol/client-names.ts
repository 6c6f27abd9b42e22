/**
 * Program names a gateway accepts in `client.id`: those of protocol 3 (Clawdbot 2026.1.24) and of protocol 4
 * (OpenClaw 2026.9.6; protocol-now §3.2). A program may be of either generation, whatever number it speaks.
 */
export const CLIENT_IDS = [
  'webchat-ui',
  'webchat',
  'cli',
  'gateway-client',
  'node-host',
  'test',
  'fingerprint',
  'clawdbot-control-ui',
  'clawdbot-macos',
  'clawdbot-ios',
  'clawdbot-android',
  'clawdbot-probe',
  'openclaw-control-ui',
  'openclaw-browser-copilot',
  'openclaw-tui',
  'openclaw-macos',
  'openclaw-linux',
  'openclaw-ios',
  'openclaw-watchos',
  'openclaw-android',
  'openclaw-worker',
  'openclaw-probe',
] as const;

export const CLIENT_MODES = [
  'webchat',
  'cli',
  'ui',
  'backend',
  'node',
  'probe',
  'test',
  /** Protocol 4 only. */
  'worker',
] as const;

export type ClientId = (typeof CLIENT_IDS)[number];
export type ClientMode = (typeof CLIENT_MODES)[number];

export const CONTROL_UI_CLIENT_ID: ClientId = 'clawdbot-control-ui';

/** Is it a page in a browser, of either generation? They get other hints and other rules about devices. */
export function isControlUi(id: ClientId): boolean {
  return id === CONTROL_UI_CLIENT_ID || id === 'openclaw-control-ui';
}
