import { lookup } from 'node:dns/promises';
import { connect, isIP, type Socket } from 'node:net';
import { errorText, isTailnetAddress, systemErrorCode } from '../../state/index.ts';
import { type PeerView, pingPeer, viewPeer } from '../../supervisor/tailscale/index.ts';
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
        ? `${host} is not known here (${why}); the tailnet has no machine of that name that this one may see`
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
  const peer = await viewPeer(address);
  if (end === 'ECONNREFUSED') {
    return peer.kind === 'known'
      ? failed('tcp', `${where} refuses: the machine is up, but it serves nothing on port ${port}`, {
          fault: 'route',
          remedies: [
            read(`On ${peer.name}: clawdbot tailscale status`),
            read(`On ${peer.name}: sudo tailscale serve --bg --https=${port} 127.0.0.1:18789`),
            read('Or is the gateway on another machine? tailscale status names them all.'),
          ],
        })
      : failed('tcp', `${where} refuses: nobody listens there`, {
          fault: 'server',
          remedies: [read(`On ${host}: clawdbot gateway status`)],
        });
  }
  return unanswered(`${where} does not answer (${end})`, { host, address, peer });
}

/** Silence has four reasons: this machine is cut off, the other one is, a rule is in the way, or it is no tailnet. */
async function unanswered(
  said: string,
  { host, address, peer }: { host: string; address: string; peer: PeerView },
): Promise<StepResult> {
  if (peer.kind !== 'known') {
    const isInTailnet = /\.ts\.net$/i.test(host) || isTailnetAddress(address);
    if (!isInTailnet) return failed('tcp', said, { fault: 'server' });
    const why =
      peer.kind === 'unknown'
        ? 'the tailnet has no machine of that address that this one may see'
        : `this machine is cut off from the tailnet: ${peer.reason}`;
    return failed('tcp', `${said}; ${why}`, { fault: 'tailnet', remedies: [run('tailscale', 'status')] });
  }
  const { name, isOnline, cutOff } = peer;
  const remedies = [run('tailscale', 'ping', name)];
  const echo = await pingPeer(address);
  if (echo === 'silence' && cutOff !== undefined) {
    return failed('tcp', `${said}: this machine is cut off from the tailnet: ${cutOff}`, {
      fault: 'tailnet',
      remedies: [run('tailscale', 'status'), run('tailscale', 'netcheck')],
    });
  }
  if (echo !== 'pong' && !isOnline)
    return failed('tcp', `${said}: ${name} is offline`, { fault: 'server', remedies });
  if (echo === 'silence') {
    const text = `${said}, nor does ${name} answer a ping of tailscaled: it sleeps, is off, or no way leads there`;
    return failed('tcp', text, { fault: 'server', remedies });
  }
  const evidence = echo === 'pong' ? 'answers a ping of tailscaled' : 'is online';
  return failed(
    'tcp',
    `${said}, although ${name} ${evidence}: an access rule of the tailnet or a firewall is in the way`,
    {
      fault: 'rules',
      exitClass: 78,
      remedies: [...remedies, read('Access rules: https://login.tailscale.com/admin/acls')],
    },
  );
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
