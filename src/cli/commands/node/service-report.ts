import type { NodeState } from '../../../node/index.ts';
import { assertNever, errorText } from '../../../state/index.ts';
import type { ServiceNotifier } from '../../../supervisor/systemd/index.ts';

export type NodeReport = {
  onState(state: NodeState): void;
  /** The process is about to end; the reason stays visible in `systemctl status`. */
  ended(thrown?: unknown): Promise<void>;
};

/** Tells systemd where the node host stands. It is up as soon as it tries: network and pairing are no start-up. */
export function reportNode(manager: ServiceNotifier): NodeReport {
  let isUp = false;
  return {
    onState: (state) => {
      if (isUp) manager.status(stateLine(state));
      else manager.ready(stateLine(state));
      isUp = true;
    },
    ended: async (thrown) => {
      await manager.stopping(thrown === undefined ? 'stopped' : (errorText(thrown).split('\n')[0] ?? ''));
      manager.close();
    },
  };
}

function stateLine(state: NodeState): string {
  switch (state.state) {
    case 'connecting':
      return `connecting, attempt ${state.attempt}`;
    case 'waiting-for-approval':
      return `pairing required: on the gateway machine run ${state.approveWith.join(' ')}`;
    case 'connected':
      return `connected to ${state.gateway.url}`;
    case 'backoff':
      return `not connected: ${state.lastError.text}`;
    case 'stopping':
      return 'stopping';
    default:
      return assertNever(state);
  }
}
