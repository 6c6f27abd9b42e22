import { commandText, invalidRequest, type SystemRunPlan } from '../../protocol/index.ts';
import type { AskedRun } from './run-binding.ts';

/**
 * As much as anybody reads, and what OpenClaw's gateway shows at most. A longer command would be cut somewhere on its way
 * to a person, and its end would be approved unseen.
 */
const MAX_SHOWN_CHARS = 16_384;

/** The text of a question, and of a planned shell line what it hands to the shell. */
export type ShownText = { text: string; preview: string | null };

/**
 * What people agree to, in one line, whole and with nothing invisible in it: variables, then the command. The programs
 * with which people answer differ in what else they show: the command line of OpenClaw prints this and nothing more, its
 * page adds the node, Clawdbot's page the directory, and none of them a value of a variable. So it has to be in here.
 * @throws {RequestError} it is longer than people can be shown; a variable that nobody's answer covers
 */
export async function textForPeople(
  { command, env }: Pick<AskedRun, 'command' | 'env'>,
  plan: SystemRunPlan | undefined,
): Promise<ShownText> {
  const { checkEnvironment, shellText, visibleText } = await import('../../approvals/index.ts');
  // Our node says the same; published ones would set some of these.
  const found = checkEnvironment(env ?? {});
  if (found.kind === 'refused')
    throw invalidRequest(`nobody was asked: ${found.reason}`, { reason: 'environment' });
  const variables = Object.entries(env ?? {}).map(
    ([name, value]) => `${shownName(name)}=${shownValue(value)}`,
  );
  const text = visibleText([...variables, command].join(' '));
  if (text.length > MAX_SHOWN_CHARS) throw tooLong(text.length);
  const line = plan === undefined ? undefined : shellText(plan.argv);
  // Some show it in place of the text: then it must not say less.
  const isWhole = variables.length === 0 && line?.isNamed === true && plan?.commandPreview === line.text;
  return { text, preview: isWhole ? visibleText(line.text) : null };
}

/** The words of a plan as people see them: made here, never taken from whoever sent the plan. */
export function planText({ argv }: SystemRunPlan): string {
  return commandText(argv);
}

function shownName(name: string): string {
  return /^\w+$/.test(name) ? name : JSON.stringify(name);
}

function shownValue(value: string): string {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : JSON.stringify(value);
}

function tooLong(characters: number): Error {
  const message = `the command is longer than people can be shown: ${characters} characters, ${MAX_SHOWN_CHARS} at most`;
  // The reason is OpenClaw's word for it.
  return invalidRequest(message, { reason: 'EXEC_APPROVAL_COMMAND_DISPLAY_LIMIT' });
}
