import { errorText, OpsError } from '../../../state/index.ts';
import { describeStarter } from '../../../supervisor/index.ts';
import { type ServiceStatus, serviceStatus } from '../../../supervisor/systemd/index.ts';
import type { Cli } from '../../cli.ts';
import { escapeLines, escapeText } from '../../output/escape-text.ts';
import { ageText } from '../../output/time-text.ts';
import type { Options } from '../../program/command-spec.ts';
import { printNotes } from './notes.ts';
import { serviceTarget } from './service-request.ts';

/** The service of a kind, or why nothing can be said about one (no systemd, no user manager). */
export type ServiceView =
  | { kind: 'status'; status: ServiceStatus }
  | { kind: 'unavailable'; code: string; reason: string };

/** Reads the service for `status` commands; a machine without systemd is not an error there. */
export async function viewService(
  cli: Cli,
  kind: 'gateway' | 'node',
  options: Options,
): Promise<ServiceView> {
  try {
    const { request, manager } = serviceTarget(cli, kind, { options });
    return { kind: 'status', status: await serviceStatus(request, manager) };
  } catch (thrown) {
    if (!(thrown instanceof OpsError)) throw thrown;
    return { kind: 'unavailable', code: thrown.code, reason: errorText(thrown) };
  }
}

/** The last ends, oldest first; equal ones in a row are one line. */
function printHistory(cli: Cli, history: ServiceStatus['history']): void {
  const texts = history.map(({ cause, final }) => `${escapeLines(cause)}${final ? '; systemd gave up' : ''}`);
  let times = 1;
  for (const [index, { atMs }] of history.entries()) {
    const text = texts[index] ?? '';
    if (text === texts[index + 1]) {
      times += 1;
      continue;
    }
    const at = new Date(atMs).toISOString().replace('.000Z', 'Z');
    const often = times > 1 ? `, ${times} times, the last` : '';
    cli.out.line(`Ended${often} ${ageText(atMs, Date.now())} (${at}): ${text}`);
    times = 1;
  }
}

/** Who has the port, with a name when it is nobody of the service. */
function holderText({ portHolder, listeners }: ServiceStatus): string {
  if (portHolder !== 'other') return HOLDERS[portHolder];
  const [first] = listeners.flatMap(({ holders }) => holders);
  if (first === undefined) return 'somebody who cannot be named';
  return `pid ${first.pid} ${escapeText(first.name)}, started by ${escapeText(describeStarter(first.starter))}`;
}

const HOLDERS: Readonly<Record<Exclude<ServiceStatus['portHolder'], 'other'>, string>> = {
  'socket-unit': 'systemd, for the service (socket activation)',
  'descriptor-store': 'systemd, for the service (sockets that it opened itself and systemd keeps)',
  service: 'the service itself',
  nobody: 'nobody',
  'not-applicable': '',
};

/** Prints the service part of a status. */
export function printService(cli: Cli, view: ServiceView): void {
  if (view.kind === 'unavailable') {
    cli.out.line(`Service: not available (${escapeLines(view.reason)})`);
    return;
  }
  const { status } = view;
  const { unit } = status;
  cli.out.line(`Service: systemd, ${status.manager} (${unit.enablement || unit.loadState})`);
  cli.out.line(`Verdict: ${status.verdict}: ${escapeLines(status.summary)}`);
  if (status.verdict === 'not-installed') return;
  cli.out.line(`Unit: ${unit.fragmentPath}`);
  for (const { path, keys } of status.dropIns)
    cli.out.line(`Drop-in: ${path} sets ${keys.join(', ') || 'nothing'}`);
  cli.out.line(`Command: ${escapeLines(unit.command)}`);
  cli.out.line(
    `Process: ${unit.mainPid === 0 ? 'none' : `pid ${unit.mainPid}`}, ${unit.activeState} (${unit.subState}), ${unit.restarts} automatic restarts`,
  );
  if (status.portHolder !== 'not-applicable') {
    const socket = status.port.socket.join(', ') || 'no socket unit';
    cli.out.line(`Port: config ${status.port.config}, socket unit ${socket}; held by ${holderText(status)}`);
  }
  for (const { path, kept } of status.files)
    if (kept.length > 0) cli.out.line(`Edited by hand: ${path}: ${kept.join(', ')}`);
  printHistory(cli, status.history);
  if (status.lastLines.length > 0) {
    cli.out.line('It said last:');
    for (const line of status.lastLines) cli.out.line(`  ${escapeText(line)}`);
  }
  printNotes(cli, status.notes);
}
