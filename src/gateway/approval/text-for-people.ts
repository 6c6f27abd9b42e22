import { commandText, invalidRequest, type SystemRunPlan } from '../../protocol/index.ts';
import type { AskedRun } from './run-binding.ts';

/**
 * As much as anybody reads, and what OpenClaw's gateway shows at most. A longer command would be cut somewhere on its way
 * to a person, and its end would be approved unseen.
 */
const MAX_SHOWN_CHARS = 16_384;

/**
 * What people agree to, in one line, whole and with nothing invisible in it: directory, variables, command. The programs
 * with which people answer differ in what else they show: the command line of OpenClaw prints this and nothing more, its
 * page adds the node, Clawdbot's page the directory, and none of them a value of a variable. So it has to be in here:
 * `make` is another program in every directory.
 * @throws {RequestError} it is longer than people can be shown; a variable that nobody's answer covers
 */
export async function textForPeople(
  { command, cwd, env }: Pick<AskedRun, 'command' | 'cwd' | 'env'>,
  plan: SystemRunPlan | undefined,
): Promise<string> {
  const { checkEnvironment, visibleText } = await import('../../approvals/index.ts');
  // Our node says the same; published ones would set some of these.
  const found = checkEnvironment(env ?? {});
  if (found.kind === 'refused')
    throw invalidRequest(`nobody was asked: ${found.reason}`, { reason: 'environment' });
  const variables = Object.entries(env ?? {}).map(
    ([name, value]) => `${shownName(name)}=${shownValue(value)}`,
  );
  const directory = cwd ?? plan?.cwd ?? null;
  const place = directory === null ? [] : [`cd ${shownValue(directory)} &&`];
  const text = visibleText([...place, ...variables, command].join(' '));
  if (text.length > MAX_SHOWN_CHARS) throw tooLong(text.length);
  return text;
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
