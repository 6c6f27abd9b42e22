import type { ConfigIssue } from './issue.ts';
import type { Config } from './schema.ts';

/**
 * Settings that are fine alone and cannot work together. Each message names both keys and the pairs that work,
 * so the mistake is caught when it is made and not at the next start.
 */
export function findCombinationIssues(config: Config): ConfigIssue[] {
  const { gateway } = config;
  const issues: ConfigIssue[] = [];
  const refuse = (path: string, message: string, severity: ConfigIssue['severity'] = 'error'): void => {
    issues.push({ path, message, severity, kind: 'combination' });
  };
  if (gateway.tailscale.mode !== 'off' && gateway.bind !== 'loopback' && gateway.bind !== 'auto') {
    refuse(
      'gateway.tailscale.mode',
      `gateway.tailscale.mode "${gateway.tailscale.mode}" needs gateway.bind "loopback" or "auto", not "${gateway.bind}"; ` +
        'to listen beyond loopback set gateway.tailscale.mode "off"',
    );
  }
  if (gateway.tailscale.mode === 'funnel' && gateway.auth.mode !== 'password') {
    refuse(
      'gateway.tailscale.mode',
      `gateway.tailscale.mode "funnel" is open to the internet and needs gateway.auth.mode "password", not ${quote(gateway.auth.mode)}`,
    );
  }
  if (gateway.auth.mode === 'none' && gateway.bind !== 'loopback' && gateway.bind !== 'auto') {
    refuse(
      'gateway.auth.mode',
      `gateway.auth.mode "none" needs gateway.bind "loopback", not "${gateway.bind}"; beyond loopback use "token" or "password"`,
    );
  }
  if (gateway.bind === 'custom' && gateway.customBindHost === undefined) {
    refuse('gateway.bind', 'gateway.bind "custom" needs gateway.customBindHost, the address to listen on');
  }
  const hasOneHalf = (gateway.tls.certPath === undefined) !== (gateway.tls.keyPath === undefined);
  if (gateway.tls.enabled && hasOneHalf) {
    refuse(
      'gateway.tls.certPath',
      'gateway.tls.certPath and gateway.tls.keyPath need each other: set both or none',
    );
  }
  if (gateway.tls.enabled && gateway.tailscale.mode !== 'off') {
    refuse(
      'gateway.tls.enabled',
      `gateway.tls.enabled with gateway.tailscale.mode "${gateway.tailscale.mode}" would encrypt twice: ` +
        'Tailscale terminates TLS, set gateway.tls.enabled to false',
    );
  }
  if (gateway.remote.tlsFingerprint !== undefined && gateway.remote.url?.toLowerCase().startsWith('ws://')) {
    refuse(
      'gateway.remote.tlsFingerprint',
      'gateway.remote.tlsFingerprint needs a wss:// gateway.remote.url',
    );
  }
  if (config.logging.file !== undefined && !/^(\/|~\/)/.test(config.logging.file)) {
    const reason = 'a relative path depends on where the service starts';
    refuse('logging.file', `logging.file must be absolute or start with "~/": ${reason}`, 'warning');
  }
  return issues;
}

function quote(value: string | undefined): string {
  return value === undefined ? 'unset' : `"${value}"`;
}
