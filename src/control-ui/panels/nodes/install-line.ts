import { shellLine } from '../../parts/doctor/shell-line.ts';

export type Address = { hostname: string; port: string; isTls: boolean };

/** The line that makes another machine a node of the gateway at this address. The token is not part of it. Pure. */
export function nodeInstallLine({ hostname, port, isTls }: Address, displayName: string): string {
  const name = displayName.trim();
  return shellLine([
    'clawdbot',
    'node',
    'install',
    '--host',
    hostname,
    '--port',
    port,
    ...(isTls ? ['--tls'] : []),
    ...(name === '' ? [] : ['--display-name', name]),
  ]);
}

/** The parts of `https://host:port/`, the scheme's own port filled in. */
export function addressOf(url: { protocol: string; hostname: string; port: string }): Address {
  const isTls = url.protocol === 'https:';
  return { hostname: url.hostname, port: url.port || (isTls ? '443' : '80'), isTls };
}

/** Does the address mean another machine when another machine uses it? */
export function isReachableElsewhere(hostname: string): boolean {
  return hostname !== 'localhost' && hostname !== '[::1]' && !/^127\./.test(hostname);
}
