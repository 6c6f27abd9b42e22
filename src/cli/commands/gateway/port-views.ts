import { describeStarter, type Listener } from '../../../supervisor/index.ts';
import type { ServiceStatus } from '../../../supervisor/systemd/index.ts';
import { durationText } from '../../output/time-text.ts';

/** One view of the port: who says so, what it is, and more about that. */
export type PortView = { view: string; port: string; detail: string };

/** Everything that has an opinion about the port. */
export type PortFindings = {
  config: { port: number; source: string; path: string; remark: string };
  /** `CLAWDBOT_GATEWAY_PORT` of this shell; a service does not see it. */
  shellPort: string | undefined;
  /** Undefined where there is no service. */
  service: ServiceStatus | undefined;
  listeners: readonly Listener[];
  /** Undefined when it was not asked for. */
  probe: { ok: boolean; url: string; tookMs: number } | undefined;
};

/**
 * Config, unit, process, listener and probe side by side, with a mark at the one that wins for a service: an open
 * socket unit, sockets in keeping, else what the command of the unit says, else the config (field failure F-21). Pure.
 */
export function portViews(found: PortFindings): PortView[] {
  const { config, shellPort, service, listeners, probe } = found;
  const winner = service === undefined ? 'config' : winnerOf(service);
  const wins = (view: string): string => (view === winner ? '  <- wins' : '');
  const rows: PortView[] = [
    {
      view: 'config',
      port: `${config.port}${wins('config')}`,
      detail: `${config.source === 'config' ? config.path : `${config.source}, not ${config.path}`}${config.remark}`,
    },
  ];
  if (shellPort !== undefined) {
    rows.push({
      view: 'shell',
      port: shellPort,
      detail: 'CLAWDBOT_GATEWAY_PORT, for commands typed here only',
    });
  }
  if (service !== undefined && service.unit.loadState === 'loaded') {
    const { unit, socket } = service;
    const command = unit.portOfCommand;
    if (command !== undefined) {
      rows.push({
        view: 'command',
        port: `${command}${wins('command')}`,
        detail: `command or environment of ${unit.name}`,
      });
    }
    if (socket !== undefined) {
      const result = socket.activeState === 'failed' ? ` (${socket.result})` : '';
      rows.push({
        view: 'socket unit',
        port: `${socket.listen.join(', ') || 'none'}${wins('socket unit')}`,
        detail: `${socket.name}, ${socket.activeState}${result}`,
      });
    }
    if (unit.storedDescriptors > 0) {
      const detail = `${unit.storedDescriptors} sockets that the service opened itself and systemd keeps`;
      rows.push({ view: 'kept sockets', port: `${addresses(listeners)}${wins('kept sockets')}`, detail });
    }
    rows.push({
      view: 'process',
      port: '',
      detail: `${unit.mainPid === 0 ? 'none' : `pid ${unit.mainPid}`}, ${unit.activeState} (${unit.subState}), ${unit.restarts} automatic restarts`,
    });
  }
  rows.push(...listenerViews(listeners));
  if (probe !== undefined)
    rows.push({ view: 'probe', port: probe.url, detail: probe.ok ? `answers, ${probe.tookMs} ms` : 'fails' });
  return rows;
}

function winnerOf({ unit, socket }: ServiceStatus): string {
  if (socket?.activeState === 'active') return 'socket unit';
  if (unit.storedDescriptors > 0) return 'kept sockets';
  return unit.portOfCommand === undefined ? 'config' : 'command';
}

function listenerViews(listeners: readonly Listener[]): PortView[] {
  if (listeners.length === 0) return [{ view: 'listener', port: 'nobody', detail: '' }];
  return listeners.map((listener) => ({
    view: 'listener',
    port: addresses([listener]),
    detail:
      listener.holders
        .map(({ pid, name, starter, ageMs }) =>
          name === 'systemd'
            ? `pid ${pid} systemd`
            : `pid ${pid} ${name} (started by ${describeStarter(starter)} ${durationText(ageMs)} ago)`,
        )
        .join(' and ') || `a process of uid ${listener.uid} (${listener.hidden ?? 'unknown'})`,
  }));
}

function addresses(listeners: readonly Listener[]): string {
  return listeners
    .map(({ address, port }) => (address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`))
    .join(', ');
}
