import { diagnose, listChapters, type Report } from '../../../diagnostics/index.ts';
import { OpsError } from '../../../state/index.ts';
import type { Cli } from '../../cli.ts';
import { renderError } from '../../output/render-error.ts';
import { renderTable } from '../../output/render-table.ts';
import type { CommandRun, Options } from '../../program/command-spec.ts';
import { hasOption, textsOption } from '../../program/option-values.ts';
import { cliOfScope } from '../service/service-request.ts';
import { printReport } from './print-report.ts';

/** The doctor itself failed; 1 is for problems it found. */
const DOCTOR_FAILED = 2;

/** `doctor`. Asks nothing and changes nothing. */
export const run: CommandRun = async (caller, { options }) => {
  const cli = cliOfScope(caller, options);
  if (hasOption(options, 'list')) return list(cli);
  try {
    const report = await examine(cli, options);
    if (cli.out.json) cli.out.value(report);
    else printReport(cli, report, { verbose: hasOption(options, 'verbose') });
    return report.summary.error + report.summary.warning > 0 ? 1 : 0;
  } catch (thrown) {
    if (thrown instanceof OpsError && thrown.code === 'usage') throw thrown;
    const { text, json } = renderError(thrown, { secrets: cli.secrets, self: cli.self });
    if (cli.out.json) cli.out.value(json);
    cli.out.note(text);
    return DOCTOR_FAILED;
  }
};

function examine(cli: Cli, options: Options): Promise<Report> {
  return diagnose({
    env: cli.env,
    paths: cli.paths,
    scope: hasOption(options, 'system') ? 'system' : 'user',
    only: textsOption(options, 'only'),
  });
}

function list(cli: Cli): number {
  const chapters = listChapters();
  if (cli.out.json) cli.out.value(chapters);
  const rows = chapters.map(({ id, severity, title }) => [id, severity, title]);
  for (const line of renderTable(['Check', 'Severity', 'Title'], rows)) cli.out.line(line);
  return 0;
}
