import type { CommandSpec } from '../../program/command-spec.ts';

/** Commands without a group. */
export const hostCommands: readonly CommandSpec[] = [
  {
    name: 'status',
    about: 'this installation at a glance',
    connects: true,
    options: [
      { flags: '--all', about: 'accepted for compatibility; everything is shown' },
      { flags: '--deep', about: 'accepted for compatibility' },
    ],
    load: async () => (await import('./status.ts')).run,
  },
  {
    name: 'health',
    about: 'ask the gateway how it is',
    connects: true,
    load: async () => (await import('../gateway/health.ts')).run,
  },
  {
    name: 'probe',
    about:
      'go from outside to inside (name, TCP, TLS, HTTP, WebSocket, login, pairing) up to the first fault',
    args: [{ name: '[url]', about: 'https://… or wss://…; default: the gateway of this node' }],
    options: [{ flags: '--timeout <ms>', about: 'how long one step may take (3000)', value: 'ms' }],
    load: async () => (await import('../probe/run.ts')).run,
    examples: ['clawdbot probe https://server.tailnet.ts.net:18789/'],
  },
  {
    name: 'logs',
    about: "the gateway's log; read from the file when the gateway is down",
    connects: true,
    options: [
      { flags: '-f, --follow', about: 'go on with new lines' },
      { flags: '--limit <lines>', about: 'how many lines at most (200)', value: 'count' },
      { flags: '--max-bytes <bytes>', about: 'how much of the file at most (250000)', value: 'count' },
      { flags: '--interval <ms>', about: 'with --follow: how often to look (1000)', value: 'ms' },
      { flags: '--plain', about: 'no colours' },
      { flags: '--local', about: 'read the file of this machine, do not connect' },
    ],
    load: async () => (await import('./logs.ts')).run,
  },
  {
    name: 'dashboard',
    about: 'the address of the page',
    options: [{ flags: '--no-open', about: 'accepted for compatibility; nothing is opened' }],
    load: async () => (await import('./dashboard.ts')).run,
  },
  {
    name: 'listeners',
    about: 'who listens on TCP ports here, and who started them',
    args: [{ name: '[port]', about: 'only this port; default the gateway port' }],
    options: [
      { flags: '--port <port>', about: 'same as the argument', value: 'port' },
      { flags: '--all', about: 'every port' },
    ],
    load: async () => (await import('./listeners.ts')).run,
  },
  {
    name: 'system',
    about: 'what the gateway sees',
    subcommands: [
      {
        name: 'presence',
        about: 'every connected client, JSON',
        connects: true,
        load: async () => (await import('./presence.ts')).run,
      },
    ],
  },
  {
    name: 'up',
    about: 'gateway and node of this machine together, in the foreground',
    options: [
      { flags: '--port <port>', about: 'gateway port', value: 'port' },
      { flags: '--state-dir <directory>', about: 'where everything is kept', completes: 'file' },
      { flags: '--display-name <name>', about: "name of this machine's node" },
    ],
    load: async () => (await import('../up/run.ts')).run,
  },
  {
    name: 'onboard',
    about: 'set this machine up, with questions or with --non-interactive',
    options: [
      { flags: '--non-interactive', about: 'ask nothing' },
      {
        flags: '--accept-risk',
        about: 'with --non-interactive: you know that commands will run on this machine',
      },
      {
        flags: '--mode <mode>',
        about: 'gateway here, or client of one elsewhere',
        choices: ['local', 'remote'],
      },
      { flags: '--gateway-port <port>', about: 'TCP port', value: 'port' },
      {
        flags: '--gateway-bind <where>',
        about: 'addresses to listen on',
        choices: ['loopback', 'lan', 'tailnet', 'auto', 'custom'],
      },
      { flags: '--gateway-auth <mode>', about: 'what clients must present', choices: ['token', 'password'] },
      {
        flags: '--gateway-token <token>',
        about: 'shared token (others can see arguments; prefer CLAWDBOT_GATEWAY_TOKEN)',
      },
      { flags: '--gateway-password <password>', about: 'shared password (prefer CLAWDBOT_GATEWAY_PASSWORD)' },
      {
        flags: '--tailscale <mode>',
        about: 'publish through Tailscale',
        choices: ['off', 'serve', 'funnel'],
      },
      { flags: '--tailscale-reset-on-exit', about: 'take the publication back when the gateway stops' },
      { flags: '--remote-url <url>', about: 'with --mode remote: ws:// or wss:// address' },
      { flags: '--remote-token <token>', about: 'with --mode remote: its shared token' },
      { flags: '--install-daemon', about: 'install and start the systemd user service' },
      { flags: '--no-install-daemon', about: 'no service' },
      { flags: '--auth-choice <choice>', about: 'accepted for compatibility; models are not set up here' },
      { flags: '--skip-channels', about: 'accepted for compatibility' },
      { flags: '--skip-skills', about: 'accepted for compatibility' },
      { flags: '--skip-ui', about: 'accepted for compatibility' },
      { flags: '--skip-health', about: 'accepted for compatibility' },
    ],
    load: async () => (await import('../onboard/run.ts')).run,
  },
];
