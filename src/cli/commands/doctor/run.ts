import { type DiagnoseOptions, diagnose, listChapters, type Report } from '../../../diagnostics/index.ts';
import { OpsError } from '../../../state/index.ts';
import type { Cli } from '../../cli.ts';
import { renderError } from '../../output/render-error.ts';
import { renderTable } from '../../output/render-table.ts';
import type { CommandRun, Options } from '../../program/command-spec.ts';
import { hasOption, textOption, textsOption } from '../../program/option-values.ts';
import { cliOfScope } from '../service/service-request.ts';
import { statusOf } from './exit-status.ts';
import { printReport } from './print-report.ts';

/** The doctor itself failed; 1 is for problems it found. */
const DOCTOR_FAILED = 2;

/** `doctor`. Changes nothing without `--fix` or `--undo`. */
export const run: CommandRun = async (caller, { options }) => {
  const account = textOption(options, 'user');
  if (account !== undefined) return (await import('./run-as-account.ts')).runAsAccount(account);
  const cli = cliOfScope(caller, options);
  if (hasOption(options, 'list')) return list(cli);
  const asked: DiagnoseOptions = {
    env: cli.env,
    paths: cli.paths,
    scope: hasOption(options, 'system') ? 'system' : 'user',
    only: hasOption(options, 'forecast') ? forecastIds() : textsOption(options, 'only'),
  };
  try {
    if (hasOption(options, 'undo')) return await (await import('./fix.ts')).undo(cli, asked);
    if (options['fix'] !== undefined) return await (await import('./fix.ts')).fix(cli, asked, options);
    if (hasOption(options, 'service'))
      return await (await import('./show-service.ts')).showService(cli, asked);
    if (hasOption(options, 'watch')) return await (await import('./watch.ts')).watch(cli, asked, options);
    const report = await diagnose(asked);
    const file = textOption(options, 'report');
    if (file !== undefined)
      await (await import('./write-bundle.ts')).writeBundle(cli, asked, { file, report });
    show(cli, report, options);
    if (file !== undefined) cli.out.line(`Written to ${file}`);
    return statusOf(report);
  } catch (thrown) {
    if (thrown instanceof OpsError && thrown.code === 'usage') throw thrown;
    const { text, json } = renderError(thrown, { secrets: cli.secrets, self: cli.self });
    if (cli.out.json) cli.out.value(json);
    cli.out.note(text);
    return DOCTOR_FAILED;
  }
};

function show(cli: Cli, report: Report, options: Options): void {
  if (cli.out.json) cli.out.value(report);
  else printReport(cli, report, { verbose: hasOption(options, 'verbose') });
}

function forecastIds(): string[] {
  return listChapters()
    .filter(({ when }) => when !== undefined)
    .map(({ id }) => id);
}

function list(cli: Cli): number {
  const chapters = listChapters();
  if (cli.out.json) cli.out.value(chapters);
  const rows = chapters.map(({ id, severity, title }) => [id, severity, title]);
  for (const line of renderTable(['Check', 'Severity', 'Fault it looks for'], rows)) cli.out.line(line);
  return 0;
}
