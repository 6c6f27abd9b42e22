import {
  judgeRoute,
  leadsToGateway,
  type Route,
  type RouteVerdict,
  removeCommand,
  routeTarget,
  routeUrl,
  type ServeEntry,
  serveCommand,
  type TailnetReading,
} from '../../supervisor/tailscale/index.ts';
import { advice, type Check, command, defineCheck, notApplicable, ok, problem } from '../engine/check.ts';
import type { Facts } from '../facts/facts.ts';
import type { OutsideFact } from '../facts/outside.ts';
import { NOT_WANTED, routeOf } from './wanted-route.ts';

/** Group E of the catalogue: where the routes of the tailnet client lead. */
export const routeChecks: readonly Check[] = [
  defineCheck({
    id: 'tailnet/foreign-route',
    title: 'The published address leads elsewhere',
    severity: 'warning',
    needs: ['tailnet'],
    dependsOn: ['tailnet/state', 'tailnet/operator'],
    run: ({ tailnet }) => {
      const verdict = verdictOf(tailnet);
      if (verdict === undefined) return NOT_WANTED;
      if (verdict.kind !== 'foreign' && verdict.kind !== 'taken') return ok;
      const { entry, route } = verdict;
      return problem({
        ...entry,
        url: routeUrl(route),
        wanted: routeTarget(route),
        free: freePort(tailnet.reading, route),
      });
    },
    text: ({ url, target, wanted, scheme, isForeground }) =>
      `${url} leads to ${target}${scheme === 'https' ? '' : ` (as plain ${scheme})`}, not to ${wanted}${isForeground ? '; it belongs to a command that runs in a terminal and ends with it' : ''}.`,
    remedy: ({ isForeground, free, ...entry }) => [
      command('tailscale', 'serve', 'status', '--json'),
      command('clawdbot', 'tailscale', 'serve', '--https', String(free)),
      isForeground
        ? advice('Or end the `tailscale serve` that runs in a terminal.')
        : advice(`Or take that one entry off with \`sudo ${removeCommand(entry).join(' ')}\`.`),
    ],
    why: 'People who open the address reach something else.',
    manual:
      'Another program published something under the same port, or the port of the gateway was changed since. Never use `tailscale serve reset`: it removes what belongs to others.',
  }),
  defineCheck({
    id: 'tailnet/absent-route',
    title: 'The gateway is not published',
    severity: 'warning',
    needs: ['tailnet'],
    dependsOn: ['tailnet/state', 'tailnet/operator', 'tailnet/not-enabled'],
    run: ({ tailnet }) => {
      const verdict = verdictOf(tailnet);
      if (verdict === undefined) return NOT_WANTED;
      return verdict.kind === 'absent'
        ? problem({ url: routeUrl(verdict.route), serve: serveCommand(verdict.route) })
        : ok;
    },
    text: ({ url }) => `The config publishes the gateway as ${url}, and tailscaled serves nothing there.`,
    remedy: ({ serve }) => [
      command('clawdbot', 'tailscale', 'serve'),
      advice(`Or as root: sudo ${serve.join(' ')}`),
    ],
    why: 'Nodes and browsers elsewhere get no answer.',
    manual:
      'Somebody removed the route, or the gateway has not run since it was configured. A running gateway makes it again within ten seconds when it may. Forms of older releases do not work: `tailscale serve tcp 18789 …` ends with "invalid number of arguments", `tailscale serve 18789 …` with "invalid argument format".',
  }),
  defineCheck({
    id: 'tailnet/foreground',
    title: 'The published address ends with a terminal',
    severity: 'warning',
    needs: ['tailnet', 'config'],
    dependsOn: ['tailnet/foreign-route'],
    run: ({ tailnet: { reading }, config }) => {
      if (reading.kind !== 'answered') return notApplicable('no tailnet is installed');
      const ours = reading.entries.filter((entry) => leadsToGateway(entry, config.settings.port));
      const entry = ours.find(({ isForeground }) => isForeground);
      return entry === undefined || ours.some(({ isForeground }) => !isForeground)
        ? ok
        : problem({ host: entry.host, port: entry.port, gatewayPort: config.settings.port });
    },
    text: ({ host }) =>
      `https://${host} leads to the gateway only as long as a \`tailscale serve\` without --bg runs in some terminal; \`tailscale serve status\` does not show it.`,
    remedy: ({ port, gatewayPort }) => [
      advice(
        `End it (\`pgrep -a -f 'tailscale serve'\` finds it), then: sudo tailscale serve --bg --https=${port} 127.0.0.1:${gatewayPort}`,
      ),
    ],
    why: 'The address is gone when the terminal closes.',
    manual:
      'Without --bg the route belongs to the running command. It stands under `Foreground` in `tailscale serve status --json`, and no other command can take it off.',
  }),
  defineCheck({
    id: 'tailnet/end-to-end',
    title: 'The published address does not lead to the gateway',
    severity: 'warning',
    needs: ['outside'],
    dependsOn: [
      'gateway/down',
      'tailnet/state',
      'tailnet/foreign-route',
      'tailnet/absent-route',
      'tailnet/not-enabled',
    ],
    run: ({ outside }) => {
      if (outside.kind === 'none') return notApplicable('nothing is published');
      const last = outside.results.at(-1);
      return last?.result === 'failed'
        ? problem({
            url: outside.url,
            step: last.step,
            said: last.text,
            fault: last.fault,
            remedies: last.remedies,
          })
        : ok;
    },
    text: ({ url, step, said }) => `${url} breaks at the step ${step}: ${said}.`,
    remedy: ({ url, remedies }) => [command('clawdbot', 'probe', url), ...remedies],
    why: 'The page or the nodes do not get through, although the route is there.',
    manual:
      'The address is walked as others would: name, TCP, certificate, identity of the gateway, WebSocket with the real origin. The first broken step is the fault; `clawdbot probe URL` on the machine that cannot connect goes on with login and pairing.',
  }),
  defineCheck({
    id: 'tailnet/certificate',
    title: 'The certificate of the published address is not renewed',
    severity: 'warning',
    when: 'expiry',
    needs: ['outside', 'host'],
    dependsOn: ['tailnet/end-to-end'],
    run: ({ outside, host }) => {
      if (outside.kind === 'none') return notApplicable('nothing is published');
      const validToMs = validTo(outside);
      if (validToMs === undefined) return notApplicable('no certificate was shown');
      const days = Math.floor((validToMs - host.nowMs) / 86_400_000);
      return days >= OVERDUE_DAYS
        ? ok
        : problem({ url: outside.url, name: new URL(outside.url).hostname, days, validToMs });
    },
    text: ({ url, days, validToMs }) =>
      `${url} shows a certificate that ends in ${days} days (${new Date(validToMs).toISOString().slice(0, 10)}); tailscaled should have renewed it by now.`,
    remedy: ({ name }) => [
      command('sudo', 'tailscale', 'cert', name),
      command('sudo', 'journalctl', '-u', 'tailscaled', '-g', 'cert', '-n', '20'),
    ],
    why: 'From that day no browser and no node gets through, and nothing on this machine looks broken.',
    manual:
      'tailscaled renews by itself a month before the end, when somebody opens the address. It cannot when certificates were switched off for the tailnet, when it does not reach Let’s Encrypt, or when the limit of certificates per name is used up; `tailscale cert` says which. A certificate that was put into its directory by hand is renewed by hand.',
  }),
  defineCheck({
    id: 'tailnet/stale-route',
    title: 'A published address leads to nobody',
    severity: 'advice',
    needs: ['tailnet', 'config', 'gateways'],
    dependsOn: ['gateway/down', 'tailnet/foreign-route'],
    run: ({ tailnet: { reading, record }, config, gateways }) => {
      if (reading.kind !== 'answered') return notApplicable('no tailnet is installed');
      const usual = [18_789, 19_001, ...(record === undefined ? [] : [record.gatewayPort])];
      const stale = reading.entries.filter(({ host, target }) => {
        const port = Number(/:(\d+)\/?$/.exec(target)?.[1]);
        const isLive = port === config.settings.port || gateways.some((gateway) => gateway.port === port);
        const isFormerName = !host.startsWith(':') && !host.startsWith(`${reading.dnsName}:`);
        return usual.includes(port) && (!isLive || isFormerName);
      });
      return stale.length === 0 ? ok : problem({ entries: stale });
    },
    text: ({ entries }) =>
      entries
        .map(
          ({ host, path, target }) =>
            `https://${host}${path} leads to ${target}, where no gateway is or under a name this machine no longer has`,
        )
        .join('\n'),
    remedy: ({ entries }) => entries.map((entry) => command('sudo', ...removeCommand(entry))),
    why: 'Visitors get an error, or whatever listens there one day.',
    manual:
      'The gateway moved to another port, was uninstalled, or the machine was renamed or joined another tailnet. Only entries that lead to a usual port of a gateway, or to the one recorded by this installation, are looked at.',
  }),
];

function verdictOf(tailnet: Facts['tailnet']): (RouteVerdict & { route: Route }) | undefined {
  const route = routeOf(tailnet);
  if (route === undefined || tailnet.reading.kind !== 'answered') return undefined;
  if (tailnet.reading.serveProblem !== undefined) return undefined;
  return { ...judgeRoute(tailnet.reading.entries, route), route };
}

/** A port nobody uses, near the one that is taken. */
function freePort(reading: TailnetReading, { port }: Route): number {
  const entries: readonly ServeEntry[] = reading.kind === 'answered' ? reading.entries : [];
  let free = port === 443 ? 8_443 : port + 1;
  while (entries.some((entry) => entry.port === free)) free += 1;
  return free;
}

/** tailscaled renews when a third of the time is left, 30 of 90 days (feature/acme, domainRenewalTimeByExpiry). */
const OVERDUE_DAYS = 14;

function validTo({ results }: Extract<OutsideFact, { kind: 'walked' }>): number | undefined {
  const tls = results.find(({ step }) => step === 'tls');
  return tls?.result === 'ok' ? tls.validToMs : undefined;
}
