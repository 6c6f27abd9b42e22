import type { Finding, Report } from '../../../diagnostics/index.ts';
import type { DoctorWhen } from '../../../protocol/index.ts';
import type { Cli } from '../../cli.ts';
import { escapeLines, escapeText } from '../../output/escape-text.ts';
import type { Style } from '../../output/output.ts';
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
  if (verbose) {
    cli.out.line('');
    for (const { id, outcome, reason, durationMs } of checks) {
      const said = reason === undefined || outcome === 'problem' ? '' : `: ${escapeText(reason)}`;
      cli.out.line(
        `  ${outcome.padEnd(14)} ${id}${said} ${cli.out.paint('dim', `${durationMs.toFixed(1)} ms`)}`,
      );
    }
  }
  const counts = (['error', 'warning', 'advice', 'unknown'] as const)
    .filter((name) => summary[name] > 0)
    .map((name) => `${summary[name]} ${name === 'unknown' ? 'not checked' : plural(name, summary[name])}`);
  cli.out.line(
    `\n${counts.length === 0 ? cli.out.paint('green', 'No findings') : counts.join(', ')}; ${summary.ok} checks are fine (${report.durationMs} ms).`,
  );
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
