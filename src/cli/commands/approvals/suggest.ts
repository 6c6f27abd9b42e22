import { type Suggestion, suggestEntries } from '../../../approvals/index.ts';
import { escapeText } from '../../output/escape-text.ts';
import { shellText } from '../../output/shell-text.ts';
import { readAudit } from '../../policy/audit-source.ts';
import type { CommandRun } from '../../program/command-spec.ts';
import { numberOption } from '../../program/option-values.ts';

/** As many rows as the gateway gives at once: enough for the habits of some weeks. */
const ROWS = 5_000;
const SHOWN = 10;

/** `approvals suggest`: the entries that would have removed the most questions, each with its risk. Changes nothing. */
export const run: CommandRun = async (cli, { options }) => {
  const { lines } = await readAudit(cli, options, { intention: 'suggest entries', limit: ROWS });
  const { suggestions, others } = suggestEntries(lines);
  if (cli.out.json) {
    cli.out.value({ suggestions, others });
    return 0;
  }
  if (suggestions.length === 0) cli.out.line('No entry would have made a question unnecessary.');
  for (const suggestion of suggestions.slice(0, numberOption(options, 'limit') ?? SHOWN)) {
    const { removes, risk, why, commands } = suggestion;
    cli.out.line(`${removes} ${removes === 1 ? 'question' : 'questions'} less; risk ${risk}: ${why}`);
    for (const command of commands) cli.out.line(`  asked for: ${escapeText(command)}`);
    for (const words of addCommands(cli.self, suggestion)) cli.out.line(`  ${escapeText(words)}`);
    cli.out.line();
  }
  for (const { command, asked, why } of others) {
    cli.out.line(`Nothing for: ${escapeText(command)} (asked ${asked} times): ${escapeText(why)}`);
  }
  return 0;
};

/** The commands that would add the entries; no arguments at all can only be said as a pattern. */
function addCommands(self: string, { nodeId, agentId, entries }: Suggestion): string[] {
  return entries.map(({ pattern, args }) => {
    const constraint =
      args === undefined ? [] : args.length === 0 ? ['--arg-pattern=^$'] : args.map((arg) => `--arg=${arg}`);
    const words = [
      'approvals',
      'allowlist',
      'add',
      '--node',
      nodeId,
      '--agent',
      agentId,
      ...constraint,
      pattern,
    ];
    return `${self} ${shellText(words)}`;
  });
}
