import { networkInterfaces } from 'node:os';
import { loadConfig, OpsError, resolveGatewaySettings } from '../../../state/index.ts';
import {
  type ChangeOutcome,
  changeRoute,
  explainOutcome,
  FUNNEL_PORTS,
  forgetRouteRecord,
  leadsToGateway,
  readRouteRecord,
  routeTarget,
  routeUrl,
  type ServeEntry,
  serviceAccount,
  type Wish,
  wishOf,
  writeRouteRecord,
} from '../../../supervisor/tailscale/index.ts';
import type { Cli } from '../../cli.ts';
import type { CommandRun, Options } from '../../program/command-spec.ts';
import { hasOption, numberOption } from '../../program/option-values.ts';
import { tailscaleAccess } from './access.ts';

/** `tailscale serve`: one route, made or left as it is. */
export const serve: CommandRun = async (cli, { options }) => {
  const wish = readWish(cli, options);
  refuseUnguardedFunnel(cli, wish);
  const done = await change(cli, wish, { change: 'add', options });
  const { route, isChanged } = done;
  warnOfOtherDoors(cli, done);
  const where = `${routeUrl(route)} → ${routeTarget(route)} (${route.isFunnel ? 'everybody, Funnel' : 'tailnet only'})`;
  if (isDryRun(options))
    return report(cli, done, isChanged ? `Would publish ${where}.` : `Nothing to do: ${where} is there.`);
  if (isChanged) writeRouteRecord(cli.paths.stateDir, { ...route, madeAtMs: Date.now() });
  return report(cli, done, isChanged ? `Published ${where}.` : `Nothing to do: ${where} is there.`);
};

/** `tailscale off`: takes the entry away if it leads to this gateway. */
export const off: CommandRun = async (cli, { options }) => {
  const done = await change(cli, readWish(cli, options), { change: 'remove', options });
  const { route, isChanged } = done;
  if (!isDryRun(options)) forgetRouteRecord(cli.paths.stateDir);
  const verb = isDryRun(options) ? 'Would take' : 'Took';
  return report(
    cli,
    done,
    isChanged ? `${verb} ${routeUrl(route)} off.` : `Nothing to do: ${routeUrl(route)} is not published.`,
  );
};

type Done = Extract<ChangeOutcome, { kind: 'done' }>;

async function change(
  cli: Cli,
  wish: Wish,
  { change, options }: { change: 'add' | 'remove'; options: Options },
): Promise<Done> {
  const access = tailscaleAccess(cli);
  const record = readRouteRecord(cli.paths.stateDir);
  const outcome = await changeRoute(wish, {
    change,
    isDryRun: isDryRun(options),
    access,
    record,
    closesFunnel: true,
  });
  const intention = change === 'add' ? 'publish the gateway' : 'take our route off the tailnet';
  const trouble = explainOutcome(outcome, serviceAccount(cli.paths.stateDir), intention);
  if (trouble !== undefined) throw trouble;
  return outcome as Done; // explainOutcome gave nothing only for this kind
}

function readWish(cli: Cli, options: Options): Wish {
  const settings = resolveGatewaySettings(loadConfig(cli.paths, cli.env), cli.env, {}, networkInterfaces());
  return wishOf(settings, readRouteRecord(cli.paths.stateDir), numberOption(options, 'https'));
}

/** Exposure to the internet needs a password and one of the three ports Tailscale offers (F-59). */
function refuseUnguardedFunnel(cli: Cli, wish: Wish): void {
  if (!wish.isFunnel) return;
  const { auth } = resolveGatewaySettings(loadConfig(cli.paths, cli.env), cli.env, {}, networkInterfaces());
  if (auth.mode !== 'password' || auth.password === undefined) {
    throw new OpsError(
      'config/invalid',
      `cannot publish the gateway to the internet: gateway.tailscale.mode "funnel" needs gateway.auth.mode "password" and a password, not "${auth.mode}"`,
      {
        remedies: [
          { kind: 'run', command: ['clawdbot', 'config', 'set', 'gateway.tailscale.mode', 'serve'] },
        ],
      },
    );
  }
  if (FUNNEL_PORTS.some((port) => port === wish.port)) return;
  throw new OpsError(
    'usage',
    `cannot publish port ${wish.port} to the internet: Funnel offers ${FUNNEL_PORTS.join(', ')}`,
  );
}

/** What leads to this gateway from everywhere, by another name or port. */
function warnOfOtherDoors(cli: Cli, { route, after }: Done): void {
  for (const { scheme, host, path, port, target, isFunnel } of after) {
    if (!isFunnel || port === route.port || !leadsToGateway({ target }, route.gatewayPort)) continue;
    cli.out.note(
      `${scheme}://${host}${path} still opens this gateway to everybody (Funnel): sudo tailscale funnel --${scheme}=${port} off`,
    );
  }
}

function isDryRun(options: Options): boolean {
  return hasOption(options, 'dryRun');
}

function report(cli: Cli, { route, isChanged, before, after }: Done, sentence: string): number {
  if (cli.out.json) {
    cli.out.value({
      ok: true,
      url: routeUrl(route),
      target: routeTarget(route),
      changed: isChanged,
      before,
      after,
    });
    return 0;
  }
  cli.out.line(sentence);
  if (!isChanged) return 0;
  const lines = (entries: readonly ServeEntry[]) =>
    entries.map(
      ({ scheme, host, path, target, isFunnel }) =>
        `${scheme}://${host}${path} → ${target}${isFunnel ? ' (everybody, Funnel)' : ''}`,
    );
  const [old, now] = [lines(before), lines(after)];
  for (const line of old.filter((each) => !now.includes(each))) cli.out.line(`- ${line}`);
  for (const line of now.filter((each) => !old.includes(each))) cli.out.line(`+ ${line}`);
  return 0;
}
