/** One line of /proc/net/tcp or tcp6 that is of interest: a socket in state LISTEN. */
export type ListeningSocket = {
  family: 'ipv4' | 'ipv6';
  /** Numeric address, IPv6 without brackets; `0.0.0.0` and `::` are the wildcards. */
  address: string;
  port: number;
  /** Effective uid at socket(2). */
  uid: number;
  inode: number;
};

/** TCP_LISTEN in include/net/tcp_states.h, printed in hex in the column `st`. */
const LISTEN = '0A';

/** Reads the text of /proc/net/tcp or tcp6 (proc_pid_net(5)) and gives its listeners. Lines of another form are skipped. */
export function parseProcNet(text: string, family: ListeningSocket['family']): ListeningSocket[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      // A busy machine has thousands of connections: a look at the text before taking it apart.
      if (!line.includes(` ${LISTEN} `)) return [];
      const [, local = '', , state, , , , uid, , inode] = line.trim().split(/\s+/);
      const [hexAddress = '', hexPort = ''] = local.split(':');
      const address = family === 'ipv4' ? ipv4(hexAddress) : ipv6(hexAddress);
      if (state !== LISTEN || address === undefined || !/^[0-9A-F]{4}$/i.test(hexPort)) return [];
      return [
        { family, address, port: Number.parseInt(hexPort, 16), uid: Number(uid), inode: Number(inode) },
      ];
    });
}

/** One line of /proc/net/tcp or tcp6: the end of an established connection that a program of this machine has. */
export type Connection = { remoteAddress: string; inode: number };

/** Reads the text of /proc/net/tcp or tcp6 (proc_pid_net(5)) and gives the established connections to one port. */
export function parseConnectionsTo(
  port: number,
  text: string,
  family: ListeningSocket['family'],
): Connection[] {
  const leadsThere = `:${hexPort(port)} ${ESTABLISHED} `;
  return text.split('\n').flatMap((line) => {
    // Thousands of lines: a look at the text before taking it apart.
    if (!line.includes(leadsThere)) return [];
    const [, , remote = '', , , , , , , inode] = line.trim().split(/\s+/);
    const hexAddress = remote.split(':')[0] ?? '';
    const remoteAddress = family === 'ipv4' ? ipv4(hexAddress) : ipv6(hexAddress);
    return remoteAddress === undefined ? [] : [{ remoteAddress, inode: Number(inode) }];
  });
}

/**
 * The uid of the program at the other end of a connection on this machine, from the texts of /proc/net/tcp and tcp6, or
 * undefined when there is no such end here. The kernel knows it (effective uid at socket(2)); no header can change it.
 */
export function findConnectionOwner(
  tables: { ipv4: string; ipv6: string },
  { localPort, peerAddress, peerPort }: { localPort: number; peerAddress: string; peerPort: number },
): number | undefined {
  const ends = `:${hexPort(peerPort)} `;
  const leadsHere = `:${hexPort(localPort)} `;
  for (const [family, text] of Object.entries(tables)) {
    for (const line of text.split('\n')) {
      // Thousands of lines: a look at the text before taking it apart.
      if (!line.includes(ends) || !line.includes(leadsHere)) continue;
      const [, local = '', remote = '', state, , , , uid] = line.trim().split(/\s+/);
      const address = family === 'ipv4' ? ipv4(local.split(':')[0] ?? '') : ipv6(local.split(':')[0] ?? '');
      const isIt =
        state === ESTABLISHED &&
        local.endsWith(`:${hexPort(peerPort)}`) &&
        remote.endsWith(`:${hexPort(localPort)}`) &&
        address?.replace('::ffff:', '') === peerAddress.replace('::ffff:', '');
      if (isIt) return Number(uid);
    }
  }
  return undefined;
}

const ESTABLISHED = '01';

function hexPort(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, '0');
}

/** The kernel prints each 32-bit word of the address in host order; all Linux machines Node runs on are little-endian or s390x. */
function wordBytes(hex: string): number[] {
  const bytes = [0, 2, 4, 6].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  return LITTLE_ENDIAN ? bytes.reverse() : bytes;
}

const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

function ipv4(hex: string): string | undefined {
  return /^[0-9A-F]{8}$/i.test(hex) ? wordBytes(hex).join('.') : undefined;
}

function ipv6(hex: string): string | undefined {
  if (!/^[0-9A-F]{32}$/i.test(hex)) return undefined;
  const bytes = [0, 8, 16, 24].flatMap((at) => wordBytes(hex.slice(at, at + 8)));
  const mapped =
    bytes.slice(0, 10).every((byte) => byte === 0) && bytes.slice(10, 12).every((b) => b === 255);
  if (mapped) return `::ffff:${bytes.slice(12).join('.')}`;
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0));
  return compress(groups.map((group) => group.toString(16)));
}

/** RFC 5952: the longest run of two or more zero groups becomes `::`, the first one if two are equal. */
function compress(groups: string[]): string {
  let best = { start: -1, length: 1 };
  for (let start = 0; start < 8; start += 1) {
    let length = 0;
    while (groups[start + length] === '0') length += 1;
    if (length > best.length) best = { start, length };
  }
  if (best.start < 0) return groups.join(':');
  return `${groups.slice(0, best.start).join(':')}::${groups.slice(best.start + best.length).join(':')}`;
}
