import type { CollectedFacts } from '../engine/collect-facts.ts';
import type { FactName, Facts } from './facts.ts';

/** Facts about what starts, ends and changes hands; a problem found in them may be one of two moments. */
export const MOVING: readonly FactName[] = [
  'owner',
  'listeners',
  'doors',
  'port',
  'gateways',
  'probe',
  'units',
  'published',
  'gatewayService',
  'nodeService',
  'pairing',
  'memory',
];

/** Those of them that show whether anything moved, and cost some 30 ms. */
const OF_A_MOMENT = ['owner', 'listeners', 'units'] as const satisfies readonly FactName[];

/** 1 s: what hangs is not waited for a second time; a manager that answers does so in milliseconds. */
const SLOW_MS = 1_000;

/** What of a look is compared with how things are afterwards. */
export function comparable(found: CollectedFacts<Facts>): (typeof OF_A_MOMENT)[number][] {
  return OF_A_MOMENT.filter((name) => {
    const fact = found[name];
    return fact?.kind === 'known' && fact.durationMs < SLOW_MS;
  });
}

/** Ports on which a change matters: the configured one, and those of gateways that were seen. */
export function portsOfInterest({ config, gateways }: CollectedFacts<Facts>): readonly number[] {
  return [
    ...(config?.kind === 'known' ? [config.value.settings.port] : []),
    ...(gateways?.kind === 'known' ? gateways.value.map(({ port }) => port) : []),
  ];
}

/** Who owns, who listens and what the managers do, as a text to compare; only the facts that are given. Pure. */
export function stampOfMoment(
  { owner, listeners, units }: Pick<CollectedFacts<Facts>, (typeof OF_A_MOMENT)[number]>,
  ports: readonly number[],
): string {
  return JSON.stringify([
    owner?.kind === 'known' ? owner.value : owner?.kind,
    listeners?.kind === 'known'
      ? listeners.value
          .filter(({ port }) => ports.includes(port))
          .map(({ address, port, inode, holders }) => [address, port, inode, holders.map(({ pid }) => pid)])
      : listeners?.kind,
    units?.kind === 'known'
      ? {
          managers: [units.value.managers.user.kind, units.value.managers.system.kind],
          units: units.value.units.map(({ path, loaded }) => [
            path,
            loaded?.activeState,
            loaded?.subState,
            loaded?.mainPid,
            loaded?.restarts,
            loaded?.hasJob,
            loaded?.needsReload,
          ]),
        }
      : units?.kind,
  ]);
}
