import { lookup } from 'node:dns/promises';
import { connect, isIP, type Socket } from 'node:net';
import { errorText, systemErrorCode } from '../../state/index.ts';
import { type PeerView, viewPeer } from '../../supervisor/tailscale/index.ts';
import { failed, passed, read, run, type StepResult } from './step.ts';
import type { Target } from './target.ts';

/** Does the name lead to an address? Gives that address. */
export async function resolveName({ host, deadlineMs }: Target): Promise<StepResult & { address?: string }> {
  if (isIP(host) !== 0) return { ...passed('name', `${host} is an address`), address: host };
  try {
    const { address } = await within(lookup(host), deadlineMs, `no answer within ${deadlineMs} ms`);
    return { ...passed('name', `${host} is ${address}`), address };
  } catch (cause) {
    const why = systemErrorCode(cause) ?? errorText(cause);
    if (!/\.ts\.net$/i.test(host)) {
      return failed('name', `${host} is not known here (${why})`, {
        fault: 'name',
        remedies: [run('getent', 'hosts', host)],
      });
    }
    const peer = await viewPeer(host);
    if (peer.kind === 'unavailable') {
      return failed(
        'name',
        `${host} is not known here (${why}), and this machine is not in the tailnet: ${peer.reason}`,
        {
          fault: 'tailnet',
          remedies: [run('sudo', 'tailscale', 'up')],
        },
      );
    }
    const text =
      peer.kind === 'unknown'
        ? `${host} is not known here (${why}); the tailnet has no machine of that name`
        : `${host} is not known here (${why}), although the tailnet has it: MagicDNS does not reach the resolver of this machine`;
    return failed('name', text, {
      fault: 'name',
      remedies: [run('tailscale', 'status'), run('tailscale', 'dns', 'status')],
    });
  }
}

/** Does anybody accept a connection there? A refusal and a silence are different faults. */
export async function reachPort(target: Target, address: string): Promise<StepResult> {
  const { host, port, deadlineMs } = target;
  const where = isIP(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`;
  const startedAt = performance.now();
  const end = await open(address, port, deadlineMs);
  if (end === 'open')
    return passed('tcp', `${where} answers in ${Math.round(performance.now() - startedAt)} ms`);
  const isTailnet = /\.ts\.net$/i.test(host);
  if (end === 'ECONNREFUSED') {
    return isTailnet
      ? failed('tcp', `${where} refuses: the machine is up, but it serves nothing on port ${port}`, {
          fault: 'route',
          remedies: [
            read(`On ${host}: clawdbot tailscale status`),
            read(`On ${host}: sudo tailscale serve --bg --https=${port} 127.0.0.1:18789`),
          ],
        })
      : failed('tcp', `${where} refuses: nobody listens there`, {
          fault: 'server',
          remedies: [read(`On ${host}: clawdbot gateway status`)],
        });
  }
  const peer: PeerView = isTailnet ? await viewPeer(host) : { kind: 'unavailable', reason: '' };
  if (peer.kind === 'known' && !peer.isOnline) {
    return failed('tcp', `${where} does not answer (${end}): ${host} is offline`, {
      fault: 'server',
      remedies: [run('tailscale', 'ping', host)],
    });
  }
  if (peer.kind === 'known') {
    return failed(
      'tcp',
      `${where} does not answer (${end}), although ${host} is online: an access rule of the tailnet or a firewall is in the way`,
      {
        fault: 'rules',
        remedies: [
          run('tailscale', 'ping', host),
          read('Access rules: https://login.tailscale.com/admin/acls'),
        ],
      },
    );
  }
  return failed('tcp', `${where} does not answer (${end})`, {
    fault: isTailnet ? 'tailnet' : 'server',
    remedies: [run('tailscale', 'status')],
  });
}

function open(address: string, port: number, deadlineMs: number): Promise<string> {
  return new Promise((resolve) => {
    const socket: Socket = connect({ host: address, port, timeout: deadlineMs });
    const end = (how: string) => {
      socket.destroy();
      resolve(how);
    };
    socket.on('connect', () => end('open'));
    socket.on('timeout', () => end(`no answer within ${deadlineMs} ms`));
    socket.on('error', (cause) => end(systemErrorCode(cause) ?? cause.message));
  });
}

function within<T>(work: Promise<T>, deadlineMs: number, text: string): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(text)), deadlineMs);
  return Promise.race([work, promise]).finally(() => clearTimeout(timer));
}
