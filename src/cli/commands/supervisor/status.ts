import { setTimeout as sleep } from 'node:timers/promises';
import {
  describeStarter,
  readSupervisorStatus,
  type ServiceStatus,
  type SupervisorStatus,
} from '../../../supervisor/index.ts';
import type { Cli } from '../../cli.ts';
import { findingLine } from '../../doctor-desk/finding-line.ts';
import { escapeText } from '../../output/escape-text.ts';
import { renderTable } from '../../output/render-table.ts';
import { ageText, durationText } from '../../output/time-text.ts';
import type { CommandRun } from '../../program/command-spec.ts';
import { hasOption, numberOption } from '../../program/option-values.ts';

/** As `systemctl status` and LSB: the program is not running. */
const NOT_RUNNING = 3;
const LOOK_EVERY_MS = 500;

/** `supervisor status`: reads files and /proc only, so it answers whatever state the services are in. */
export const run: CommandRun = async (cli, { options }) => {
  let shown = '';
  for (;;) {
    const status = await readSupervisorStatus(cli.paths.stateDir);
    // The age changes with every look and is no news.
    const news = JSON.stringify(status.kind === 'running' ? { ...status, ageMs: 0 } : status);
    if (news !== shown) show(cli, status);
    shown = news;
    if (!hasOption(options, 'watch')) return status.kind === 'running' ? 0 : NOT_RUNNING;
    await sleep(numberOption(options, 'interval') ?? LOOK_EVERY_MS);
  }
};

function show(cli: Cli, status: SupervisorStatus): void {
  if (cli.out.json) {
    cli.out.jsonLine(status);
    return;
  }
  switch (status.kind) {
    case 'unknown':
      cli.out.line(`Supervisor: unknown (${escapeText(status.reason)})`);
      return;
    case 'absent':
      cli.out.line(`Supervisor: not running. Start it with: ${cli.self} up`);
      if (status.last.length > 0) printServices(cli, status.last, 'When it ended');
      return;
    case 'running': {
      const { pid, starter, since, version } = status.supervisor;
      cli.out.line(
        `Supervisor: running (pid ${pid}, started by ${escapeText(describeStarter(starter))}, ${ageText(since.wallMs, Date.now())}, version ${version})`,
      );
      if (status.finding !== undefined)
        cli.out.line(`Doctor: ${escapeText(findingLine(status.finding))}; more: ${cli.self} doctor`);
      printServices(cli, status.services, 'Services');
    }
  }
}

function printServices(cli: Cli, services: readonly ServiceStatus[], title: string): void {
  cli.out.line(`\n${title}`);
  const rows = services.map((service) => [
    service.name,
    service.state.name,
    'pid' in service.state && service.state.pid !== undefined ? String(service.state.pid) : '',
    String(service.deaths.length),
    service.nextAttemptInMs === undefined ? '' : `in ${durationText(service.nextAttemptInMs)}`,
    reasonOf(service),
  ]);
  for (const line of renderTable(['Service', 'State', 'PID', 'Deaths', 'Next attempt', 'Reason'], rows))
    cli.out.line(line);
  for (const { name, deaths } of services) {
    for (const death of deaths.slice(-3)) {
      const last = death.lastLines.at(-1);
      cli.out.line(
        `${name}: ${death.cause} ${ageText(death.at.wallMs, Date.now())}, ran ${durationText(death.durationMs)}${last === undefined ? '' : `: ${escapeText(last)}`}`,
      );
    }
  }
}

function reasonOf({ state, givenUp }: ServiceStatus): string {
  if (givenUp !== undefined) return givenUp.reason;
  if (state.name === 'standby') return `${state.owner} serves`;
  return 'reason' in state ? state.reason : '';
}
