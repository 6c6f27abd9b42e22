import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { connectHosts } from '../systemd/connect-hosts.ts';
import { bootHost, type Host, hostSkipReason } from '../systemd/host.ts';
import { type Ran, run } from '../systemd/run-program.ts';
import { until } from '../systemd/until.ts';
import { findTailscale } from './tailscale-build.ts';

/** A tailnet of two machines: real tailscaled, real certificates of an authority both machines trust. */
export type Tailnet = {
  server: Host;
  desktop: Host;
  /** The server's name in the tailnet. */
  name: string;
  /** What an administrator of the tailnet does; see control-server/main.go. */
  administer(request: string): Promise<void>;
  /** Takes the network cable out, and puts it back. */
  unplug(): Promise<void>;
  plug(): Promise<void>;
  /** Gives tailscaled a new certificate for the server, valid from and to so many seconds from now. */
  issueCertificate(options?: { fromSeconds?: number; toSeconds?: number; keepKey?: boolean }): Promise<void>;
  close(): Promise<void>;
};

const DOMAIN = 'tail0000.ts.net';
export const SERVER_NAME = `server.${DOMAIN}`;
/** Where each machine has the certificate of the authority that signed the server's. */
export const AUTHORITY = '/usr/local/share/ca-certificates/test-authority.crt';
const CONTROL = '192.0.2.1:9911';
const CERTIFICATES = '/var/lib/tailscale/certs';
const DAY = 86_400;

/** Why there is no real tailnet here, or undefined. */
export function tailnetSkipReason(): string | undefined {
  const build = findTailscale();
  if ('missing' in build) return build.missing;
  if (!existsSync('/dev/net/tun')) return 'tailscaled needs /dev/net/tun';
  return hostSkipReason();
}

/** Boots both machines and joins them; about 15 s on two cores. */
export async function openTailnet(): Promise<Tailnet> {
  const build = findTailscale();
  if ('missing' in build) throw new Error(`cannot open a tailnet: ${build.missing}`);
  const [server, desktop] = await Promise.all([bootHost(), bootHost()]);
  const close = async () => {
    await Promise.all([server.close(), desktop.close()]);
  };
  try {
    await connectHosts(server, desktop);
    await makeAuthority(server, desktop);
    for (const [host, hostname] of [
      [server, 'server'],
      [desktop, 'desktop'],
    ] as const) {
      await must(host, ['hostname', hostname]);
      writeFileSync(host.path('/etc/hosts'), `127.0.0.1 localhost ${hostname}\n::1 localhost\n`);
      writeFileSync(host.path('/etc/sudoers.d/alice'), 'alice ALL=(ALL) NOPASSWD: ALL\n', { mode: 0o440 });
      cpSync(build.tailscale, host.path('/usr/bin/tailscale'));
      cpSync(build.tailscaled, host.path('/usr/sbin/tailscaled'));
      await addTunnelDevice(host);
      writeFileSync(host.path('/etc/systemd/system/tailscaled.service'), UNIT);
    }
    cpSync(build.controlServer, server.path('/opt/control-server'));
    writeFileSync(server.path('/etc/systemd/system/control-server.service'), CONTROL_UNIT);
    await must(server, ['systemctl', 'daemon-reload']);
    await must(server, ['systemctl', 'start', 'control-server']);
    await issueCertificate(server, {});
    for (const [host, hostname] of [
      [server, 'server'],
      [desktop, 'desktop'],
    ] as const) {
      await must(host, ['systemctl', 'daemon-reload']);
      await must(host, ['systemctl', 'start', 'tailscaled']);
      await must(host, [
        'tailscale',
        'up',
        `--login-server=http://${CONTROL}`,
        `--hostname=${hostname}`,
        '--timeout=60s',
      ]);
    }
    await until(
      'the desktop to know the server by name',
      async () => (await desktop.alice(['getent', 'hosts', SERVER_NAME])).status === 0,
    );
  } catch (cause) {
    const said = await server.root([
      'journalctl',
      '-n',
      '40',
      '--no-pager',
      '-o',
      'cat',
      '-u',
      'tailscaled',
      '-u',
      'control-server',
    ]);
    await close();
    throw new Error(`cannot open a tailnet:\n${said.stdout}`, { cause });
  }
  const cable = async (state: 'up' | 'down') => {
    const inside = ['nsenter', '-t', String(desktop.leader()), '-n', 'ip', 'link', 'set', 'cable0', state];
    const { status, stderr } = await run(inside);
    if (status !== 0) throw new Error(`cannot set the cable ${state}: ${stderr}`);
  };
  return {
    server,
    desktop,
    name: SERVER_NAME,
    administer: async (request) => {
      await must(server, ['curl', '-sS', '--fail', '-X', 'POST', `http://${CONTROL}/test/${request}`]);
    },
    unplug: () => cable('down'),
    plug: () => cable('up'),
    issueCertificate: (options = {}) => issueCertificate(server, options),
    close,
  };
}

const UNIT = `[Unit]
Description=Tailscale node agent
[Service]
Type=notify
# No log server is to be found here.
Environment=TS_NO_LOGS_NO_SUPPORT=true
ExecStart=/usr/sbin/tailscaled --state=/var/lib/tailscale/tailscaled.state --socket=/run/tailscale/tailscaled.sock --port=41641
RuntimeDirectory=tailscale
StateDirectory=tailscale
StateDirectoryMode=0700
Restart=on-failure
[Install]
WantedBy=multi-user.target
`;

const CONTROL_UNIT = `[Service]
ExecStart=/opt/control-server --address 192.0.2.1 --port 9911 --domain ${DOMAIN}
`;

/** Some releases of nspawn leave /dev/net/tun out. From outside: the container may not make devices. */
async function addTunnelDevice(host: Host): Promise<void> {
  if (existsSync(host.path('/dev/net/tun'))) return;
  mkdirSync(host.path('/dev/net'), { recursive: true });
  const { status, stderr } = await run(['mknod', '-m', '666', host.path('/dev/net/tun'), 'c', '10', '200']);
  if (status !== 0) throw new Error(`cannot make /dev/net/tun: ${stderr}`);
}

/** An authority that both machines trust the way people add one: update-ca-certificates. */
async function makeAuthority(server: Host, desktop: Host): Promise<void> {
  await must(server, ['mkdir', '-p', '-m', '700', '/opt/authority', CERTIFICATES]);
  await openssl(server, [
    ...['req', '-x509', ...EC_KEY, '-days', '30', '-subj', '/O=Test Authority/CN=Test Authority R1'],
    ...['-addext', 'basicConstraints=critical,CA:true', '-addext', 'keyUsage=critical,keyCertSign'],
    ...['-keyout', 'ca.key', '-out', 'ca.crt'],
  ]);
  for (const host of [server, desktop]) {
    mkdirSync(host.path('/usr/local/share/ca-certificates'), { recursive: true });
    cpSync(server.path('/opt/authority/ca.crt'), host.path(AUTHORITY));
    await must(host, ['update-ca-certificates']);
  }
}

/** `openssl ca` is the one command of OpenSSL 3.0 that takes exact dates. */
const CA_CONFIG = `[ca]
default_ca = test
[test]
database = index.txt
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = any
[any]
commonName = supplied
`;

const EC_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/**
 * tailscaled serves `<state>/certs/<name>.crt` and `.key` without asking anybody, as long as they verify against the
 * system's authorities (feature/acme/certstore.go, validCertPEM), and reads both anew for each connection.
 */
async function issueCertificate(
  server: Host,
  {
    fromSeconds = -DAY,
    toSeconds = 60 * DAY,
    keepKey = false,
  }: { fromSeconds?: number; toSeconds?: number; keepKey?: boolean },
): Promise<void> {
  const subject = ['-subj', `/CN=${SERVER_NAME}`];
  if (keepKey)
    await openssl(server, [
      'req',
      '-new',
      '-key',
      `${CERTIFICATES}/${SERVER_NAME}.key`,
      ...subject,
      '-out',
      'leaf.csr',
    ]);
  else
    await openssl(server, ['req', '-new', ...EC_KEY, '-keyout', 'leaf.key', ...subject, '-out', 'leaf.csr']);
  writeFileSync(server.path('/opt/authority/leaf.ext'), `subjectAltName=DNS:${SERVER_NAME}\n`);
  writeFileSync(server.path('/opt/authority/ca.cnf'), CA_CONFIG);
  writeFileSync(server.path('/opt/authority/index.txt'), '');
  await openssl(server, [
    ...[
      'ca',
      '-batch',
      '-notext',
      '-config',
      'ca.cnf',
      '-keyfile',
      'ca.key',
      '-cert',
      'ca.crt',
      '-in',
      'leaf.csr',
    ],
    ...['-extfile', 'leaf.ext', '-out', 'leaf.crt'],
    ...['-startdate', asn1Time(fromSeconds), '-enddate', asn1Time(toSeconds)],
  ]);
  await must(server, ['mkdir', '-p', CERTIFICATES]);
  if (!keepKey)
    await must(server, [
      'install',
      '-m',
      '600',
      '/opt/authority/leaf.key',
      `${CERTIFICATES}/${SERVER_NAME}.key`,
    ]);
  await must(server, [
    'install',
    '-m',
    '644',
    '/opt/authority/leaf.crt',
    `${CERTIFICATES}/${SERVER_NAME}.crt`,
  ]);
}

function asn1Time(secondsFromNow: number): string {
  return `${new Date(Date.now() + secondsFromNow * 1_000).toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}Z`;
}

async function openssl(server: Host, args: readonly string[]): Promise<Ran> {
  return must(server, ['sh', '-c', 'cd /opt/authority && exec openssl "$@"', 'openssl', ...args]);
}

async function must(host: Host, command: readonly string[]): Promise<Ran> {
  const ran = await host.root(command, { timeoutMs: 90_000 });
  if (ran.status !== 0) throw new Error(`cannot run ${command.join(' ')}: ${ran.stderr}${ran.stdout}`);
  return ran;
}
