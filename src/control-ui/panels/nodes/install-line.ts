/** The line that makes another machine a node of the gateway at this address. The token is not part of it. */
export function nodeInstallLine(address: { protocol: string; hostname: string; port: string }): string {
  const isTls = address.protocol === 'https:';
  const port = address.port || (isTls ? '443' : '80');
  return `clawdbot node install --host ${address.hostname} --port ${port}${isTls ? ' --tls' : ''}`;
}

/** Does the address mean another machine when another machine uses it? */
export function isReachableElsewhere(hostname: string): boolean {
  return hostname !== 'localhost' && hostname !== '[::1]' && !/^127\./.test(hostname);
}
