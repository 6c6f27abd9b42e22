import { hostAndPort } from '../../supervisor/index.ts';
import {
  advice,
  type Check,
  command,
  defineCheck,
  notApplicable,
  ok,
  problem,
  unknown,
} from '../engine/check.ts';
import { brief, systemctl } from './about-unit.ts';
import { closedByOwner } from './closed-state.ts';
import { exposedListeners, isPrivatePath } from './exposed-listeners.ts';
import { restartRemedies } from './serving.ts';

/** The routes of tailscaled have checks of their own (tailnet/…); who comes through `ssh -L` has signed in to this machine. */
const KNOWN_DOORS: ReadonlySet<string> = new Set(['tailscaled', 'sshd', 'sshd-session']);
/** Programs that carry connections from elsewhere without listening here. `ssh` is a client with -R; a server is `sshd`. */
const TUNNELS: ReadonlySet<string> = new Set(['cloudflared', 'ngrok', 'frpc', 'ssh']);

/** Groups G, H and M of the catalogue: TLS, approvals of commands, secrets. */
export const securityChecks: readonly Check[] = [
  defineCheck({
    id: 'sec/host-origin',
    title: 'The gateway answers requests under foreign names',
    severity: 'error',
    needs: ['probe', 'owner'],
    run: ({ probe, owner }) => {
      if (probe.kind === 'none') return notApplicable('no gateway of ours answers');
      if (probe.foreignHost === undefined) return unknown('the gateway gave no answer to the question');
      return probe.foreignHost >= 400
        ? ok
        : problem({ status: probe.foreignHost, restart: restartRemedies(owner) });
    },
    text: ({ status }) => `A request with Host: rebound.invalid was answered with ${status}.`,
    remedy: ({ restart }) => [
      command('clawdbot', 'config', 'get', 'gateway.allowedHosts'),
      command('clawdbot', 'config', 'unset', 'gateway.allowedHosts'),
      ...restart,
    ],
    why: 'A web page can point its own name at 127.0.0.1 and talk to the gateway through a browser (DNS rebinding).',
    manual:
      'This gateway answers only to loopback, bound addresses and gateway.allowedHosts. A proxy in front that rewrites Host takes the protection away.',
  }),
  defineCheck({
    id: 'sec/secrets',
    title: 'Credentials lie where others may read them',
    severity: 'error',
    needs: ['units'],
    run: ({ units }) => {
      const open = units.units.filter(
        ({ directives, file }) => directives.secrets.length > 0 && (file.mode & 0o077) !== 0,
      );
      if (open.length === 0) return ok;
      return problem({
        units: open.map((unit) => ({
          ...brief(unit),
          mode: unit.file.mode.toString(8).padStart(4, '0'),
          bits: unit.file.mode,
          names: unit.directives.secrets.map(({ name }) => name),
        })),
      });
    },
    text: ({ units }) =>
      units
        .map(({ path, mode, names }) => `${path} (mode ${mode}) has the value of ${names.join(', ')}`)
        .join('\n'),
    remedy: ({ units }) =>
      units.flatMap(({ path, unit, scope }) => [
        command('chmod', '0600', path),
        systemctl(scope, 'edit', unit),
      ]),
    fix: {
      risk: 'none: the service manager reads the file as its owner',
      class: 'safe',
      steps: ({ units }) => units.map(({ path, bits }) => ({ kind: 'mode', path, from: bits, to: 0o600 })),
    },
    why: 'Every account of this machine can read the token and act as the owner.',
    manual:
      'The real program writes the gateway token into its unit, mode 0644. Narrowing the file is not enough: `systemctl show` gives Environment= to everybody. Take the variable out, keep the token in the config (0600), and choose a new one.',
  }),
  defineCheck({
    id: 'sec/helpers',
    title: 'PATH has directories that others may write to',
    severity: 'warning',
    needs: ['copies'],
    run: ({ copies }) => (copies.unsafe.length === 0 ? ok : problem({ directories: copies.unsafe })),
    text: ({ directories }) => directories.map(({ directory, why }) => `${directory} is ${why}`).join('\n'),
    remedy: ({ directories }) => [
      advice(`Take ${directories.map(({ directory }) => directory).join(', ')} out of PATH.`),
    ],
    why: 'Whoever writes there decides what runs under the name of a system program.',
    manual:
      'This program looks for its own helpers in directories of root only. A node host runs what PATH finds, after approval by resolved path.',
  }),
  defineCheck({
    id: 'exec/store',
    title: 'The approvals of commands are damaged',
    severity: 'error',
    level: 'ready',
    needs: ['policy', 'stateFiles', 'host'],
    run: ({ policy, stateFiles, host }) => {
      if (policy.kind !== 'damaged') return ok;
      const closed = closedByOwner(stateFiles, host, `${policy.path}: ${policy.reason}`);
      if (closed !== undefined) return unknown(closed);
      return problem({ path: policy.path, reason: policy.reason, line: policy.line });
    },
    text: ({ path, reason, line }) => `${path}${line === undefined ? '' : `:${line}`}: ${reason}`,
    remedy: ({ path }) => [command('clawdbot', 'approvals', 'get'), command('ls', '-l', path)],
    why: 'Until it is repaired every command on this machine is denied.',
    manual:
      'exec-approvals.json has to be a plain file of this account with words this version knows. Doubt means deny; the file is never replaced by an empty one.',
  }),
  defineCheck({
    id: 'exec/wrapper',
    title: 'An approval covers every program',
    severity: 'warning',
    needs: ['policy'],
    run: ({ policy }) => {
      if (policy.kind !== 'valid') return notApplicable('no approvals are stored');
      const wide = Object.entries(policy.file.agents ?? {}).flatMap(([agent, scope]) =>
        (scope.allowlist ?? [])
          .filter(({ pattern }) => isCarrier(pattern))
          .map(({ pattern }) => ({ agent, pattern })),
      );
      return wide.length === 0 ? ok : problem({ path: policy.path, entries: wide });
    },
    text: ({ path, entries }) =>
      entries
        .map(({ agent, pattern }) => `${path}: ${agent} allows ${pattern}, which runs anything`)
        .join('\n'),
    remedy: ({ entries }) =>
      entries.map(({ agent, pattern }) =>
        command('clawdbot', 'approvals', 'allowlist', 'remove', '--agent', agent, pattern),
      ),
    why: 'A shell, an interpreter or a wrapper runs whatever it is given.',
    manual:
      'Entries of older releases and of the real program may name sh, env or sudo. This program asks again for each command of a shell; the entry still says more than anybody meant.',
  }),
  defineCheck({
    id: 'tls/pin-rotation',
    title: 'The certificate expires',
    severity: 'warning',
    when: 'expiry',
    needs: ['certificate', 'host'],
    run: ({ certificate, host }) => {
      if (certificate.kind === 'none') return notApplicable('TLS is off');
      if (certificate.kind === 'unusable')
        return problem({ path: certificate.path, reason: certificate.reason });
      const days = Math.floor((certificate.validToMs - host.nowMs) / 86_400_000);
      const isEarly = certificate.validFromMs > host.nowMs;
      // 14 days: time to renew and to tell everybody who pinned the old one.
      if (days >= 14 && !isEarly) return ok;
      const reason = isEarly
        ? 'it is not valid yet'
        : days < 0
          ? `it expired ${-days} days ago`
          : `it expires in ${days} days`;
      return problem({ path: certificate.path, reason });
    },
    text: ({ path, reason }) => `${path}: ${reason}`,
    remedy: ({ path }) => [
      command('openssl', 'x509', '-in', path, '-noout', '-dates'),
      advice(
        'Replace certificate and key, then restart; a generated pair is made again when both files are moved away.',
      ),
    ],
    why: 'Clients refuse an expired certificate, and those that pinned it need the new fingerprint.',
    manual: 'Clients pin the fingerprint of the certificate. Announce the new one before the old one ends.',
  }),
  defineCheck({
    id: 'tls/self-signed',
    title: 'The certificate lacks local names',
    severity: 'advice',
    needs: ['certificate', 'owner'],
    run: ({ certificate, owner }) => {
      if (certificate.kind !== 'present') return notApplicable('there is no certificate');
      if (!certificate.isGenerated || certificate.missingNames.length === 0) return ok;
      return problem({
        path: certificate.path,
        missing: certificate.missingNames,
        restart: restartRemedies(owner),
      });
    },
    text: ({ path, missing }) => `${path} is not valid for ${missing.join(', ')}`,
    // The next start makes a pair that carries all names.
    remedy: ({ path, restart }) => [
      command('mv', '--', path, `${path}.old`),
      command(
        'mv',
        '--',
        path.replace('-cert.pem', '-key.pem'),
        `${path.replace('-cert.pem', '-key.pem')}.old`,
      ),
      ...restart,
    ],
    why: 'Programs that check names refuse local connections.',
    manual: 'Our own clients pin the fingerprint and do not need names. Browsers and curl do.',
  }),
  defineCheck({
    id: 'sec/exposed',
    title: 'The gateway serves other machines without TLS',
    severity: 'warning',
    needs: ['gateways', 'listeners', 'config', 'owner'],
    run: ({ gateways, listeners, config, owner }) => {
      if (config.config.gateway.tls.enabled) return ok;
      const open = exposedListeners({ gateways, listeners }, 'ours');
      return open.length === 0 ? ok : problem({ listeners: open, restart: restartRemedies(owner) });
    },
    text: ({ listeners }) =>
      listeners
        .map(
          ({ pid, address, port }) =>
            `pid ${pid} answers plain HTTP on ${address}:${port}, which other machines can reach.`,
        )
        .join('\n'),
    remedy: ({ restart }) => [
      command('clawdbot', 'config', 'set', 'gateway.bind', 'loopback'),
      ...restart,
      advice('Publish it with `clawdbot tailscale serve`, or set gateway.tls.enabled.'),
    ],
    why: 'Tokens cross the network readable, and everybody who reaches the port can try passwords.',
    manual:
      'The gateway belongs on loopback, with Tailscale Serve as its only door (field failures F-59, F-75). A tailnet address is encrypted by the tailnet itself; everything else needs gateway.tls.enabled.',
  }),
  defineCheck({
    id: 'sec/proxied',
    title: 'Another program lets other machines reach the gateway',
    severity: 'warning',
    needs: ['doors'],
    run: ({ doors }) => {
      const open = doors
        .filter(({ name }) => !KNOWN_DOORS.has(name))
        .map(({ pid, name, uid, listens }) => {
          const open = listens.filter(({ address }) => !isPrivatePath(address));
          return {
            pid,
            name,
            uid,
            where: open.map(({ address, port }) => hostAndPort(address, port)).join(', '),
          };
        })
        .filter(({ name, where }) => where !== '' || TUNNELS.has(name));
      return open.length === 0 ? ok : problem({ doors: open });
    },
    text: ({ doors }) =>
      doors
        .map(({ name, pid, uid, where }) =>
          where === ''
            ? `${name} pid ${pid} of uid ${uid} is connected to the gateway, and its kind carries connections from other machines.`
            : `${name} pid ${pid} of uid ${uid} is connected to the gateway, and listens on ${where}, which other machines can reach.`,
        )
        .join('\n'),
    remedy: () => [
      command('clawdbot', 'listeners', '--all'),
      advice(
        'Where it is not meant to be a door, end it in the way it was started; publish with `clawdbot tailscale serve`.',
      ),
    ],
    why: 'Who may reach the gateway is decided by that program, and to the gateway everybody comes from this machine.',
    manual:
      'Tailscale Serve is the one door that the gateway checks (field failures F-56, F-59). A reverse proxy on a public address, or a tunnel (cloudflared, ngrok, ssh -R), is another. It is seen while somebody is connected through it; a program that serves others and is a client of the gateway only for itself looks the same.',
  }),
  defineCheck({
    id: 'tls/plaintext',
    title: 'Credentials would travel in clear',
    severity: 'error',
    needs: ['config'],
    run: ({ config }) => {
      const { mode, remote } = config.config.gateway;
      if (mode !== 'remote' || remote.url === undefined)
        return notApplicable('no gateway elsewhere is configured');
      if (!remote.url.toLowerCase().startsWith('ws://') || remote.transport === 'ssh') return ok;
      const { hostname } = new URL(remote.url);
      if (hostname === 'localhost' || /^127\./.test(hostname) || hostname === '[::1]') return ok;
      return problem({ url: remote.url });
    },
    text: ({ url }) => `gateway.remote.url is ${url}, without TLS.`,
    remedy: ({ url }) => [
      command('clawdbot', 'config', 'set', 'gateway.remote.url', url.replace(/^ws:/i, 'wss:')),
    ],
    why: 'Everybody on the way reads the token.',
    manual: 'Beyond this machine use wss://, a tailnet serve address, or an SSH tunnel to loopback.',
  }),
];

/** Programs whose arguments are programs. A pattern with a wildcard for the name is as wide. */
function isCarrier(pattern: string): boolean {
  const name = pattern.split('/').at(-1) ?? pattern;
  return /^(sh|bash|dash|zsh|fish|ksh|busybox|env|sudo|doas|nohup|nice|timeout|xargs|setsid|script|ssh|\*{1,2})$/.test(
    name,
  );
}
