import { setTimeout as delay } from 'node:timers/promises';
import { type DiagnoseOptions, diagnose, type Report } from '../../../diagnostics/index.ts';
import type { Cli } from '../../cli.ts';
import type { Options } from '../../program/command-spec.ts';
import { hasOption, numberOption } from '../../program/option-values.ts';
import { printReport } from './print-report.ts';

const WATCH_EVERY_MS = 5_000;
/** Eight lines leave the findings on the screen. */
const CHANGES_SHOWN = 8;
/** Erases screen and scroll-back and goes to the top (ECMA-48). */
const CLEAR = '\u001b[2J\u001b[3J\u001b[H';

/**
 * `doctor --watch`: on a terminal the screen always shows what is true now, with the last changes below; elsewhere a report
 * is written whenever one finding came or went. Runs until it is interrupted.
 */
export async function watch(cli: Cli, asked: DiagnoseOptions, options: Options): Promise<never> {
  const everyMs = numberOption(options, 'interval') ?? WATCH_EVERY_MS;
  const changes: string[] = [];
  let known: ReadonlySet<string> | undefined;
  for (;;) {
    const report = await diagnose(asked);
    const found = new Set(report.findings.map(newsOf));
    const news = known === undefined ? [] : difference(known, found);
    const isNew = known === undefined || news.length > 0;
    known = found;
    changes.push(...news.map((text) => `${timeOf(report)} ${text}`));
    if (cli.out.json) {
      if (isNew) cli.out.jsonLine(report);
    } else if (process.stdout.isTTY) {
      process.stdout.write(CLEAR);
      show(cli, report, options);
      for (const change of changes.slice(-CHANGES_SHOWN)) cli.out.line(change);
      cli.out.line(
        cli.out.paint('dim', `Looked at ${timeOf(report)}, every ${everyMs / 1000} s; Ctrl-C ends it.`),
      );
    } else if (isNew) {
      cli.out.line(`\n${report.generatedAt}`);
      for (const text of news) cli.out.line(text);
      show(cli, report, options);
    }
    await delay(everyMs);
  }
}

function show(cli: Cli, report: Report, options: Options): void {
  printReport(cli, report, { verbose: hasOption(options, 'verbose') });
}

/** What was found, not the ages and numbers in the words. */
function newsOf({ id, outcome }: Report['findings'][number]): string {
  return outcome === 'problem' ? id : `${id} (not checked)`;
}

function difference(before: ReadonlySet<string>, now: ReadonlySet<string>): string[] {
  return [
    ...[...now].filter((id) => !before.has(id)).map((id) => `new: ${id}`),
    ...[...before].filter((id) => !now.has(id)).map((id) => `gone: ${id}`),
  ];
}

function timeOf({ generatedAt }: Report): string {
  return new Date(generatedAt).toTimeString().slice(0, 8);
}
