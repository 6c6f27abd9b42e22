import { type NodeStatusReading, readNodeStatus } from '../../../node/index.ts';
import type { Cli } from '../../cli.ts';
import { escapeText } from '../../output/escape-text.ts';
import { ageText } from '../../output/time-text.ts';
import type { CommandRun } from '../../program/command-spec.ts';
import { cliOfScope } from '../service/service-request.ts';
import { printService, viewService } from '../service/service-section.ts';

/**
 * `node status`: what the node host of this state directory last said about itself, and its service. Exit status 0
 * running, 3 stopped, 1 bad.
 */
export const run: CommandRun = async (caller, { options }) => {
  const cli = cliOfScope(caller, options);
  const reading = readNodeStatus(cli.paths.stateDir);
  const service = await viewService(cli, 'node', options);
  const runs = reading.kind === 'status' && reading.isRunning;
  const exitStatus = runs ? 0 : service.kind === 'status' ? service.status.exitStatus : 3;
  if (cli.out.json) {
    cli.out.value({ ...reading, service });
    return exitStatus;
  }
  printService(cli, service);
  printNode(cli, reading);
  return exitStatus;
};

function printNode(cli: Cli, reading: NodeStatusReading): void {
  if (reading.kind === 'none') {
    cli.out.line(`No node host has run for ${cli.paths.stateDir}. Start one with: ${cli.self} node run`);
    return;
  }
  if (reading.kind === 'unreadable') {
    cli.out.line(`unknown: the status file cannot be read (${escapeText(reading.reason)})`);
    return;
  }
  const { status, isRunning } = reading;
  const { state, lastError } = status;
  const now = Date.now();
  cli.out.line(
    `Node host: ${isRunning ? `${state.state} (pid ${status.pid})` : `not running (was ${state.state}, pid ${status.pid})`}`,
  );
  cli.out.line(`Gateway: ${escapeText(status.url)}`);
  cli.out.line(`Device: ${escapeText(status.deviceId)}`);
  if (status.lastAttemptAt !== undefined) cli.out.line(`Last attempt: ${ageText(status.lastAttemptAt, now)}`);
  if (lastError !== undefined)
    cli.out.line(`Last error: ${escapeText(lastError.text)} (${ageText(lastError.at, now)})`);
  if (isRunning && status.nextAttemptAt !== undefined) {
    cli.out.line(`Next attempt: in ${Math.max(0, Math.ceil((status.nextAttemptAt - now) / 1000))} s`);
  }
  if (isRunning && state.state === 'waiting-for-approval') {
    cli.out.line(
      `Network and authentication are fine; on the gateway machine run: ${state.approveWith.map(escapeText).join(' ')}`,
    );
  }
}
