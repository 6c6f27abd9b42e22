import type { CommandSpec } from '../../program/command-spec.ts';

/** `clawdbot completion`; the tree it describes contains this very command, so it is asked for when it runs. */
export function completionCommand(tree: () => readonly CommandSpec[]): CommandSpec {
  return {
    name: 'completion',
    about: 'print a completion script for your shell',
    args: [{ name: '<shell>', about: 'bash, zsh or fish', choices: ['bash', 'zsh', 'fish'] }],
    load: async () => (await import('./run.ts')).completionOf(tree()),
    examples: [
      'source <(clawdbot completion bash)',
      'clawdbot completion fish > ~/.config/fish/completions/clawdbot.fish',
    ],
  };
}
