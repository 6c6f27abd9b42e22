import type { Server } from 'node:http';
import { isIPv6 } from 'node:net';
import { OpsError, systemErrorCode } from '../../state/index.ts';
import { hostAndPort, type InheritedListener } from '../../supervisor/index.ts';

export type ListenPlan =
  | {
      kind: 'addresses';
      port: number;
      addresses: readonly { host: string; optional: boolean }[];
      /** Sockets of the former owner that listen already. Those of other addresses are closed. */
      inherited?: readonly InheritedListener[] | undefined;
    }
  /** Descriptors of sockets that are bound and listening already (systemd's LISTEN_FDS, or a predecessor's). */
  | { kind: 'descriptors'; fds: readonly number[] };

export type ListenOutcome = {
  servers: Server[];
  /** `host:port`, IPv6 in brackets. */
  addresses: string[];
  port: number;
  /** Optional addresses that somebody else has. Those the machine does not have are not worth a word. */
  taken: string[];
};

/** The kernel takes net.core.somaxconn (4096) where it is less. */
const BACKLOG = 1024;

/**
 * Makes one server per address (or inherited descriptor) listen; does without an optional address that the machine does
 * not have or somebody else has. Port 0 takes a free port for the first address and
 * the same one for the others.
 * @throws `port/in-use` or `port/bind`; nothing keeps listening then
 */
export async function listenAll(plan: ListenPlan, makeServer: () => Server): Promise<ListenOutcome> {
  const outcome: ListenOutcome = {
    servers: [],
    addresses: [],
    port: plan.kind === 'addresses' ? plan.port : 0,
    taken: [],
  };
  try {
    if (plan.kind === 'descriptors') {
      for (const fd of plan.fds) await listenOn(outcome, makeServer(), { fd });
      return outcome;
    }
    const { inherited: left = [] } = plan;
    const fitting = new Map(left.map((listener) => [listener.address, listener]));
    const wanted = plan.addresses.map(({ host }) => hostAndPort(host, plan.port));
    for (const listener of left) if (!wanted.includes(listener.address)) listener.close();
    for (const { host, optional } of plan.addresses) {
      try {
        const inherited = fitting.get(hostAndPort(host, outcome.port));
        const where = inherited ?? { host, port: outcome.port, ipv6Only: isIPv6(host) };
        await listenOn(outcome, makeServer(), where);
      } catch (cause) {
        const isTaken = systemErrorCode(cause) === 'EADDRINUSE';
        if (!optional || !(isTaken || isAddressMissing(cause))) throw bindError(host, outcome.port, cause);
        if (isTaken) outcome.taken.push(host);
      }
    }
    return outcome;
  } catch (thrown) {
    await Promise.all(outcome.servers.map((server) => new Promise((done) => server.close(done))));
    throw thrown;
  }
}

async function listenOn(
  outcome: ListenOutcome,
  server: Server,
  where: { fd: number } | { host: string; port: number; ipv6Only: boolean } | InheritedListener,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const listening = () => {
      server.off('error', reject);
      resolve();
    };
    server.once('error', reject);
    if ('handle' in where) server.listen(where.handle, BACKLOG, listening);
    else server.listen({ ...where, backlog: BACKLOG }, listening);
  });
  outcome.servers.push(server);
  const bound = server.address();
  if (typeof bound !== 'object' || bound === null) return;
  outcome.port ||= bound.port;
  outcome.addresses.push(hostAndPort(bound.address, bound.port));
}

/** The machine has no such address (IPv6 switched off). */
function isAddressMissing(cause: unknown): boolean {
  const code = systemErrorCode(cause);
  return code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT';
}

function bindError(host: string, port: number, cause: unknown): OpsError {
  const code = systemErrorCode(cause);
  const evidence = { host, port, code };
  if (code === 'EADDRINUSE') {
    return new OpsError(
      'port/in-use',
      `cannot listen on ${host} port ${port}: Port ${port} is already in use`,
      {
        cause,
        evidence,
        remedies: [{ kind: 'run', command: ['clawdbot', 'listeners', '--port', String(port)] }],
      },
    );
  }
  return new OpsError('port/bind', `cannot listen on ${host} port ${port}: ${code ?? String(cause)}`, {
    cause,
    evidence,
  });
}
