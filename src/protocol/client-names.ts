/** Program names a protocol 3 gateway accepts in `client.id`. */
export const CLIENT_IDS = [
  'webchat-ui',
  'clawdbot-control-ui',
  'webchat',
  'cli',
  'gateway-client',
  'clawdbot-macos',
  'clawdbot-ios',
  'clawdbot-android',
  'node-host',
  'test',
  'fingerprint',
  'clawdbot-probe',
] as const;

export const CLIENT_MODES = ['webchat', 'cli', 'ui', 'backend', 'node', 'probe', 'test'] as const;

export type ClientId = (typeof CLIENT_IDS)[number];
export type ClientMode = (typeof CLIENT_MODES)[number];

export const CONTROL_UI_CLIENT_ID: ClientId = 'clawdbot-control-ui';
