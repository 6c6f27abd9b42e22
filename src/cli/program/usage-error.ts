import type { CommanderError } from 'commander';
import { OpsError } from '../../state/index.ts';

/**
 * Commander's complaint in our words: what was typed, why it cannot run, where the help is. `known` are the first words
 * of it that name a command.
 */
export function usageError(
  error: CommanderError,
  typed: readonly string[],
  known: readonly string[],
): OpsError {
  const words = typed.slice(0, firstOption(typed));
  const reason =
    error.code === 'commander.help'
      ? 'a command is missing'
      : error.message
          .replace(/^error: /, '')
          // A group with an action of its own counts a misspelt subcommand as one argument too many.
          .replace(/^too many arguments for '(\w+)'.*Expected 0 .*$/s, (all, group) =>
            group === 'gateway' && words[1] !== undefined ? `unknown command '${words[1]}'` : all,
          )
          .replace(/\n\(Did you mean (.+)\?\)/s, ' (did you mean $1?)')
          .replace(/\.$/, '');
  const meant = words.slice(0, Math.max(2, known.length));
  return withHelp(new OpsError('usage', `cannot run ${['clawdbot', ...meant].join(' ')}: ${reason}`), known);
}

/** A mistake of whoever typed, with the help of that command as the way out where nothing better is known. */
export function withHelp(error: OpsError, path: readonly string[]): OpsError {
  if (error.code !== 'usage' || error.remedies.length > 0) return error;
  const { message, cause, evidence } = error;
  return new OpsError('usage', message, {
    cause,
    evidence,
    remedies: [{ kind: 'run', command: ['clawdbot', ...path, '--help'] }],
  });
}

function firstOption(typed: readonly string[]): number {
  const at = typed.findIndex((word) => word.startsWith('-'));
  return at === -1 ? typed.length : at;
}
