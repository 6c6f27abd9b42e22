import { type Finding, listChapters, type Report } from '../../../diagnostics/index.ts';
import type { DoctorWhen } from '../../../protocol/index.ts';
import type { Cli } from '../../cli.ts';
import { escapeLines, escapeText } from '../../output/escape-text.ts';
import type { Style } from '../../output/output.ts';
import { renderTable } from '../../output/render-table.ts';
import { remedyText } from './remedy-text.ts';

const STYLES = { error: 'red', warning: 'yellow', advice: 'cyan' } as const satisfies Record<string, Style>;

/** When a finding begins to hurt. */
const WHEN = {
  'next-start': 'at the next start',
  logout: 'at logout',
  reboot: 'at the next boot',
  upgrade: 'with the next upgrade',
  expiry: 'when it expires',
} as const satisfies Record<DoctorWhen, string>;

/** A title names a fault; these say of each outcome what became of it, so that both together read truly. */
const OUTCOMES = {
  ok: 'no such fault',
  problem: 'fault found',
  unknown: 'not checked',
  'not-applicable': 'not applicable',
  hidden: 'explained',
} as const satisfies Record<Report['checks'][number]['outcome'], string>;

/** The report for people: causes first, each with what it hides, why it matters and what to type. */
export function printReport(cli: Cli, report: Report, { verbose }: { verbose: boolean }): void {
  const { findings, checks, summary, subject } = report;
  cli.out.line(
    cli.out.paint('dim', `State ${subject.stateDir}, profile ${subject.profile}, account ${subject.account}`),
  );
  const problems = findings.filter(({ outcome }) => outcome === 'problem');
  for (const finding of problems) printFinding(cli, finding);
  const unknowns = findings.filter(({ outcome }) => outcome === 'unknown');
  if (unknowns.length > 0) cli.out.line(`\n${cli.out.paint('bold', 'Not checked')}`);
  for (const { id, text } of unknowns)
    cli.out.line(`  ${id}: ${escapeText(text.replace(/^not checked: /, ''))}`);
  if (verbose) printChecks(cli, checks);
  const counts = (['error', 'warning', 'advice', 'unknown'] as const)
    .filter((name) => summary[name] > 0)
    .map((name) => `${summary[name]} ${name === 'unknown' ? 'not checked' : plural(name, summary[name])}`);
  cli.out.line(
    `\n${counts.length === 0 ? cli.out.paint('green', 'No findings') : counts.join(', ')}; ${summary.ok} checks are fine (${report.durationMs} ms).`,
  );
}

function printChecks(cli: Cli, checks: Report['checks']): void {
  const titles = new Map(listChapters().map(({ id, title }) => [id, title]));
  const rows = checks.map(({ id, outcome, reason, durationMs }) => [
    OUTCOMES[outcome],
    titles.get(id) ?? '',
    id,
    `${durationMs.toFixed(1)} ms`,
    outcome === 'problem' ? '' : (reason ?? ''),
  ]);
  cli.out.line('');
  for (const line of renderTable(['Outcome', 'Fault looked for', 'Check', 'Took', 'Reason'], rows))
    cli.out.line(line);
}

function printFinding(cli: Cli, finding: Finding): void {
  const { id, severity, title, text, why, remedies, hides, fix, when } = finding;
  cli.out.line(
    `\n${cli.out.paint(STYLES[severity], severity)} ${cli.out.paint('bold', title)} ${cli.out.paint('dim', when === undefined ? id : `${id}, ${WHEN[when]}`)}`,
  );
  for (const line of escapeLines(text).split('\n')) cli.out.line(`  ${line}`);
  cli.out.line(`  ${cli.out.paint('dim', why)}`);
  for (const remedy of remedies) cli.out.line(`  → ${remedyText(remedy, cli.self)}`);
  if (fix.available) cli.out.line(`  → ${cli.self} doctor --fix ${id}`);
  if (hides.length > 0) cli.out.line(cli.out.paint('dim', `  explains also: ${hides.join(', ')}`));
}

function plural(word: string, count: number): string {
  return count === 1 || word === 'advice' ? word : `${word}s`;
}
