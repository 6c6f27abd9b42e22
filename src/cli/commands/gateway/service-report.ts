import type { GatewayDoctor, RunningGateway } from '../../../gateway/index.ts';
import { errorText } from '../../../state/index.ts';
import type { ServiceNotifier } from '../../../supervisor/systemd/index.ts';
import { findingLine } from '../../doctor-desk/finding-line.ts';

/** 5 s: how old the counts in `systemctl status` may be. */
const COUNT_EVERY_MS = 5_000;

export type ServiceReport = {
  onStatus(line: string): void;
  onServing(gateway: RunningGateway): void;
  /** The process is about to end; the reason stays visible in `systemctl status`. */
  ended(thrown?: unknown): Promise<void>;
};

/** Tells systemd what the gateway does: `standby: …`, `serving 3 nodes, 1 pending`, the worst finding, why it ended. */
export function reportGateway(manager: ServiceNotifier, doctor: Pick<GatewayDoctor, 'worst'>): ServiceReport {
  let timer: NodeJS.Timeout | undefined;
  const onTerm = () => void manager.stopping('stopping: finishing what runs');
  process.once('SIGTERM', onTerm);
  return {
    onStatus: (line) => {
      // A standby is up: the unit must not time out because somebody else serves. `onServing` knows more than the line
      // about serving.
      if (line.startsWith('standby')) manager.standby(line);
      else if (!line.startsWith('serving')) manager.status(line);
    },
    onServing: (gateway) => {
      manager.ready(servingLine(gateway, doctor));
      clearInterval(timer);
      if (!manager.isActive) return;
      const counting = setInterval(
        () => manager.status(servingLine(gateway, doctor)),
        COUNT_EVERY_MS,
      ).unref();
      timer = counting;
      // The process may live on, in a hand-over or a restart inside; what is counted is in a database that is closed then.
      gateway.closed.then(() => clearInterval(counting));
    },
    ended: async (thrown) => {
      clearInterval(timer);
      process.off('SIGTERM', onTerm);
      await manager.stopping(thrown === undefined ? 'stopped' : (errorText(thrown).split('\n')[0] ?? ''));
      manager.close();
    },
  };
}

function servingLine({ core, addresses }: RunningGateway, doctor: Pick<GatewayDoctor, 'worst'>): string {
  const { exposure } = core;
  const published =
    exposure.state === 'published'
      ? ` and ${exposure.url}`
      : exposure.state === 'degraded'
        ? `; ${exposure.reason}`
        : '';
  const nodes = [...core.nodes.nodeIds()].length;
  const pending = core.store.devices.listPending(core.now()).length;
  const troubles = core.troubles().map((trouble) => `; not ready: ${trouble}`);
  const worst = doctor.worst();
  const finding = worst === undefined ? '' : `; ${findingLine(worst)}`;
  return `serving ${nodes} node${nodes === 1 ? '' : 's'}, ${pending} pending, on ${addresses.join(', ')}${published}${troubles.join('')}${finding}`;
}
