import { listIn, numberIn, recordOf, textIn } from '../../connection/payload.ts';
import { renderTable } from '../../output/render-table.ts';
import { type AuditLine, readAudit } from '../../policy/audit-source.ts';
import type { CommandRun } from '../../program/command-spec.ts';
import { hasOption, numberOption } from '../../program/option-values.ts';

const LIMIT = 50;

/**
 * `approvals log`: who asked, who answered, what ran and how it ended. With `--verify` the whole chain is walked; one
 * that was changed, shortened or has a gap gives status 1.
 */
export const run: CommandRun = async (cli, { options }) => {
  const { lines, verdict, isFromFile } = await readAudit(cli, options, {
    intention: 'read the audit of commands',
    limit: numberOption(options, 'limit') ?? LIMIT,
    ...(hasOption(options, 'verify') ? { verify: true } : {}),
  });
  if (cli.out.json) {
    cli.out.value({ rows: lines, ...(verdict === undefined ? {} : { verdict }) });
  } else {
    if (isFromFile) cli.out.note(`The gateway does not answer; this is from ${cli.paths.database}.`);
    const rows = lines.map((line) => [
      new Date(line.atMs).toISOString().slice(0, 19).replace('T', ' '),
      line.subject.slice(0, 12),
      textIn(line.detail, 'by') || line.actor.slice(0, 12),
      whatHappened(line),
      textIn(line.detail, 'command'),
    ]);
    if (rows.length === 0) cli.out.line('Nothing was asked and nothing ran.');
    else
      for (const line of renderTable(['Time (UTC)', 'Node', 'Who', 'What', 'Command'], rows))
        cli.out.line(line);
  }
  if (verdict === undefined) return 0;
  if (verdict.kind === 'broken') {
    cli.out.note(`The audit was tampered with or damaged: ${verdict.reason}`);
    return 1;
  }
  cli.out.line(`The chain of ${verdict.rows} rows is intact.`);
  return 0;
};

function whatHappened({ action, detail }: AuditLine): string {
  const approval = textIn(detail, 'approval').slice(0, 8);
  switch (action) {
    case 'exec.ask':
      return `asked (${approval})`;
    case 'exec.answer':
      return `answered ${textIn(detail, 'answer')} (${approval})`;
    case 'exec.answer-refused':
      return `too late or contradictory: ${textIn(detail, 'answer')} (${approval})`;
    case 'exec.unanswered':
      return `nobody answered: ${textIn(detail, 'why')} (${approval})`;
    case 'exec.use':
      return `used ${textIn(detail, 'answer')} (${approval})`;
    case 'exec.policy':
      return `replaced the policy (${textIn(detail, 'hash').slice(0, 12)})`;
    case 'exec.run':
      return howItEnded(detail);
    default:
      return action;
  }
}

function howItEnded(detail: AuditLine['detail']): string {
  const decision = recordOf(detail['decision']);
  const exitCode = numberIn(detail, 'exitCode');
  const end = [
    textIn(detail, 'outcome'),
    exitCode === undefined ? '' : `status ${exitCode}`,
    textIn(detail, 'signal'),
    textIn(detail, 'error'),
  ].filter((part) => part !== '');
  const approval = textIn(detail, 'approval').slice(0, 8);
  const because =
    approval === ''
      ? textIn(decision, 'rule') || textIn(decision, 'code')
      : `${textIn(detail, 'answer')} by ${textIn(detail, 'approvedBy')} (${approval})`;
  const paths = listIn(decision, 'programs').map((program) => textIn(program, 'path') || 'not found');
  return [
    end.join(' '),
    because === '' ? '' : `by ${because}`,
    paths.length === 0 ? '' : `: ${paths.join(', ')}`,
  ]
    .filter((part) => part !== '')
    .join(' ');
}
