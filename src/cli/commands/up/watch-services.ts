import { OpsError } from '../../../state/index.ts';
import type { ServiceStatus } from '../../../supervisor/index.ts';
import type { Cli } from '../../cli.ts';

/** What `up` waits for and says, made from the supervisor's reports. */
export type ServiceWatch = {
  onChange(services: readonly ServiceStatus[]): void;
  /**
   * Settles when the gateway serves.
   * @throws `lock/held` (78) or `child/died` when it was given up before
   */
  readonly gatewayReady: Promise<void>;
};

/** Tells every change worth telling once, and when the gateway is up. */
export function watchServices({ out, self }: Pick<Cli, 'out' | 'self'>): ServiceWatch {
  const ready = Promise.withResolvers<void>();
  // Looked at by `up`; a failure after that moment is only told.
  ready.promise.catch(() => {});
  const told = new Map<string, string>();
  return {
    gatewayReady: ready.promise,
    onChange: (services) => {
      for (const service of services) {
        if (service.name === 'gateway') settle(service, ready);
        const text = remarkOn(service, self);
        if (text !== undefined && told.get(service.name) !== text) out.note(text);
        told.set(service.name, text ?? '');
      }
    },
  };
}

function settle({ state, deaths }: ServiceStatus, ready: PromiseWithResolvers<void>): void {
  if (state.name === 'ready') ready.resolve();
  if (state.name !== 'given-up') return;
  const status = deaths.at(-1)?.exitCode;
  ready.reject(
    new OpsError(
      status === 78 ? 'lock/held' : status === 69 ? 'lock/unavailable' : 'child/died',
      `cannot keep the gateway up: ${state.reason}; what it said is above`,
    ),
  );
}

function remarkOn({ name, state, deaths }: ServiceStatus, self: string): string | undefined {
  switch (state.name) {
    case 'backoff':
      return `${name}: ${state.reason}`;
    case 'given-up':
      return `${name}: given up: ${state.reason}; after mending it: ${self} supervisor clear ${name}`;
    case 'standby':
      return `${name}: standby, ${state.owner} serves`;
    case 'unkillable':
      return `${name}: pid ${state.pid} does not end, not even by SIGKILL`;
    case 'ready':
      return deaths.length === 0 ? undefined : `${name}: up again`;
    default:
      return undefined;
  }
}
