import {
  type ConfigOf,
  choice,
  flag,
  free,
  integer,
  optionalTexts,
  section,
  sharedSection,
  text,
  texts,
} from './schema-kinds.ts';

/**
 * Every config key this product reads. Names and meanings are those of Clawdbot 2026.1.24-3 (`config` reference),
 * plus `gateway.customBindHost` (of the successor) and `supervisor` (ours).
 */
export const CONFIG_SCHEMA = section('Clawdbot configuration (JSON5)', {
  gateway: section('The control-plane server and how clients reach it', {
    mode: choice('Run the gateway here, or use one elsewhere', ['local', 'remote'], undefined),
    port: integer('TCP port for HTTP and WebSocket', 18789, { required: true, min: 1, max: 65535 }),
    bind: choice(
      'Which addresses to listen on',
      ['loopback', 'lan', 'tailnet', 'auto', 'custom'],
      'loopback',
      { required: true },
    ),
    customBindHost: text('The one address to listen on when gateway.bind is "custom"', {
      refuse: refuseUnlessIpAddress,
    }),
    auth: section('The shared secret clients present', {
      mode: choice('What clients must present', ['token', 'password', 'none'], undefined, { required: true }),
      token: text('Shared token', { secret: true, refuse: refuseBlank }),
      password: text('Shared password', { secret: true, refuse: refuseBlank }),
      allowTailscale: flag('Accept the identity that Tailscale Serve vouches for', undefined),
    }),
    trustedProxies: texts('Addresses of reverse proxies whose forwarding headers count', {
      refuse: refuseUnlessIpAddress,
    }),
    allowedHosts: texts('Further Host names (name or name:port) the gateway answers to'),
    controlUi: section('The page served on the gateway port', {
      enabled: flag('Serve the page', true),
      basePath: text('Path under which the page lives, for example /op'),
      allowInsecureAuth: flag('Let the page in without a device identity over plain HTTP', false),
    }),
    tailscale: section('Publishing through Tailscale', {
      mode: choice('How to publish', ['off', 'serve', 'funnel'], 'off'),
      resetOnExit: flag('Take the publication back when the gateway stops', false),
    }),
    remote: section('The gateway elsewhere that this machine is a client of', {
      url: text('ws:// or wss:// address', { refuse: refuseUnlessWebSocketUrl }),
      transport: choice('How to get there', ['ssh', 'direct'], undefined),
      token: text('Shared token of that gateway', { secret: true, refuse: refuseBlank }),
      password: text('Shared password of that gateway', { secret: true, refuse: refuseBlank }),
      tlsFingerprint: text(
        'SHA-256 of its certificate or public key, hex, colons allowed; two with a comma',
        {
          refuse: refuseUnlessFingerprint,
        },
      ),
      sshTarget: text('user@host for the ssh transport'),
      sshIdentity: text('Key file for the ssh transport'),
    }),
    reload: section('What happens when the config file changes', {
      mode: choice('How far a change may go by itself', ['off', 'restart', 'hot', 'hybrid'], 'hybrid'),
      debounceMs: integer('Quiet time after the last write, milliseconds', 300, { min: 0, max: 60_000 }),
    }),
    tls: section('Serving https and wss', {
      enabled: flag('Serve TLS only', false),
      autoGenerate: flag('Make a self-signed certificate when there is none', true),
      certPath: text('Certificate, PEM'),
      keyPath: text('Private key, PEM'),
      caPath: text('Authority, PEM'),
    }),
    http: sharedSection('Further HTTP endpoints of the real program', {
      endpoints: free('Endpoint switches'),
    }),
    nodes: section('What connected nodes may do', {
      browser: section('Browser proxy through nodes', {
        mode: choice('How a node is chosen', ['auto', 'manual', 'off'], undefined),
        node: text('The node to use'),
      }),
      allowCommands: texts('Node commands allowed beyond the platform default'),
      denyCommands: texts('Node commands refused'),
    }),
  }),
  nodeHost: section('This machine as a node', {
    browserProxy: section('Browser proxy', {
      enabled: flag('Offer browser.proxy', true),
      allowProfiles: texts('Browser profiles that may be used'),
    }),
  }),
  tools: sharedSection('Tools', {
    exec: sharedSection('Defaults for running commands', {
      host: choice('Where commands run', ['sandbox', 'gateway', 'node'], undefined),
      security: choice('Policy asked for', ['deny', 'allowlist', 'full'], undefined),
      ask: choice('When to ask', ['off', 'on-miss', 'always'], undefined),
      node: text('Default node for `nodes run`'),
      pathPrepend: texts('Directories put in front of PATH'),
      // Absent: the built-in list; `[]`: none (exec-approvals §6).
      safeBins: optionalTexts('Programs that may run on input from stdin only'),
    }),
  }),
  logging: sharedSection('Log files', {
    level: choice(
      'Least severe level that is written',
      ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'],
      'info',
    ),
    file: text('Log file; default is under the state directory'),
    maxBytes: integer('Budget over all log files of one program, bytes', 50 * 1024 * 1024, {
      min: 64 * 1024,
      max: 16 * 1024 * 1024 * 1024,
    }),
    consoleLevel: choice(
      'Least severe level on the console',
      ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'],
      undefined,
    ),
    consoleStyle: choice('Console form', ['pretty', 'compact', 'json'], undefined),
    redactSensitive: choice('Masking in tool output of the real program', ['off', 'tools'], undefined),
    redactPatterns: texts('Further patterns masked by the real program'),
  }),
  update: sharedSection('Updates', {
    channel: choice('Release channel', ['stable', 'beta', 'dev'], undefined),
    checkOnStart: flag('Look for a new release at start', true),
  }),
  discovery: sharedSection('Announcing the gateway on the local network', {
    mdns: sharedSection('Multicast DNS', {
      mode: choice('How much is announced', ['off', 'minimal', 'full'], undefined),
    }),
    wideArea: sharedSection('Wide-area DNS-SD', { enabled: flag('Announce', undefined) }),
  }),
  canvasHost: sharedSection('Canvas pages', {
    enabled: flag('Serve them', undefined),
    root: text('Directory'),
    port: integer('Port of older releases', undefined, { min: 1, max: 65535 }),
    liveReload: flag('Reload pages when files change', undefined),
  }),
  browser: sharedSection('Browser control of the real program', { enabled: flag('Switch it on', undefined) }),
  commands: sharedSection('Chat commands of the real program', {
    restart: flag('Allow a restart by SIGUSR1 or from chat', false),
  }),
  supervisor: section('The supervisor of this product', {
    drainMs: integer('How long a stop waits for running work, milliseconds', 5_000, { min: 0, max: 600_000 }),
    readyTimeoutMs: integer('How long a start may take before it counts as stuck, milliseconds', 90_000, {
      min: 1_000,
      max: 3_600_000,
    }),
    services: free('Further programs that `clawdbot up` keeps running, by name: command, port, readiness, …'),
  }),
});

/** The typed config, defaults filled in. */
export type Config = ConfigOf<typeof CONFIG_SCHEMA>;

function refuseBlank(value: string): string | undefined {
  return value.trim() === '' ? 'must not be blank' : undefined;
}

/** IPv4 dotted or IPv6 text; `node:net` is avoided so that the schema stays pure. */
function refuseUnlessIpAddress(value: string): string | undefined {
  const ipv4 = value.split('.');
  if (ipv4.length === 4 && ipv4.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)) {
    return undefined;
  }
  if (value.includes(':') && URL.canParse(`http://[${value}]/`)) return undefined;
  return 'must be an IP address';
}

function refuseUnlessWebSocketUrl(value: string): string | undefined {
  if (!URL.canParse(value)) return 'must be a ws:// or wss:// address';
  const { protocol } = new URL(value);
  return protocol === 'ws:' || protocol === 'wss:' ? undefined : 'must start with ws:// or wss://';
}

function refuseUnlessFingerprint(value: string): string | undefined {
  const pins = value.split(',').map((pin) =>
    pin
      .trim()
      .replace(/^sha256[:=]/i, '')
      .replaceAll(':', ''),
  );
  return pins.length <= 2 && pins.every((pin) => /^[0-9a-fA-F]{64}$/.test(pin))
    ? undefined
    : 'must be a SHA-256 fingerprint (64 hex digits)';
}
