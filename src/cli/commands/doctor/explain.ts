import { explainCheck } from '../../../diagnostics/index.ts';
import type { CommandRun } from '../../program/command-spec.ts';

/** `doctor explain ID`. */
export const run: CommandRun = async (cli, { args }) => {
  const chapter = explainCheck(args[0] ?? '');
  if (cli.out.json) {
    cli.out.value(chapter);
    return 0;
  }
  const { id, title, severity, why, manual, causes, fixRisk } = chapter;
  cli.out.line(`${cli.out.paint('bold', title)} (${id}, ${severity})\n`);
  cli.out.line(`${why}\n\n${manual}`);
  if (causes.length > 0) cli.out.line(`\nNot shown while one of these explains it: ${causes.join(', ')}`);
  if (fixRisk !== undefined)
    cli.out.line(`\n${cli.self} doctor --fix ${id} can put it right. Risk: ${fixRisk}`);
  return 0;
};
