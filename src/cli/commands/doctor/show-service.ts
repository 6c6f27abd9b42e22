import { type DiagnoseOptions, describeService } from '../../../diagnostics/index.ts';
import type { Cli } from '../../cli.ts';
import { escapeText } from '../../output/escape-text.ts';
import { ageText } from '../../output/time-text.ts';

/** `doctor --service`: the facts about ownership, without a judgement. */
export async function showService(cli: Cli, asked: DiagnoseOptions): Promise<number> {
  const view = await describeService(asked);
  if (cli.out.json) {
    cli.out.value(view);
    return 0;
  }
  const line = (label: string, text: string): void => cli.out.line(`${label.padEnd(10)} ${escapeText(text)}`);
  const now = Date.now();
  line('Owner', view.summary);
  for (const { pid, startedBy, sinceMs } of view.standbys)
    line('Waits', `pid ${pid}, started by ${startedBy}, since ${ageText(sinceMs, now)}`);
  for (const { path, product, activeState, subState, mainPid, restarts } of view.units) {
    const state =
      activeState === undefined ? 'state unknown' : `${activeState} (${subState}), pid ${mainPid}`;
    line('Unit', `${path} of ${product}: ${state}, ${restarts ?? 'unknown'} automatic restarts`);
  }
  for (const { address, port, class: whose, holders, hidden } of view.listeners) {
    const who = holders.map(({ pid, name, startedBy }) => `${name} pid ${pid} (${startedBy})`).join(', ');
    line('Listener', `${address}:${port} ${whose}: ${who || (hidden ?? 'nobody to be seen')}`);
  }
  if (view.route !== null) line('Published', `${view.route.url} to ${view.route.target}`);
  for (const { service, atMs, cause, gaveUp } of view.ends)
    line('Ended', `${service} ${ageText(atMs, now)}: ${cause}${gaveUp ? '; given up' : ''}`);
  for (const reason of view.unknown) line('Unknown', reason);
  return 0;
}
