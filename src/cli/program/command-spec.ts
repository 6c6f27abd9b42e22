import type { Cli } from '../cli.ts';

/** A parsed option: text, number, several texts, or a switch. Names are camelCase of the long flag. */
export type OptionValue = string | number | boolean | readonly string[] | undefined;
export type Options = Readonly<Record<string, OptionValue>>;

export type OptionSpec = {
  /** As commander writes it: `--port <n>`, `--no-probe`, `-f, --follow`. */
  flags: string;
  about: string;
  /** How the value is read; a plain text without this. */
  value?: 'count' | 'port' | 'ms' | 'duration' | 'texts';
  choices?: readonly string[];
  /** What shell completion offers for the value. */
  completes?: 'file' | 'node';
};

export type ArgumentSpec = {
  /** `<id>` needed, `[id]` optional, `[argv...]` many. */
  name: string;
  about: string;
  choices?: readonly string[];
};

/**
 * What a command does. Gives the exit status, 0 when nothing is given.
 * @throws {OpsError} for every failure; the caller renders it
 */
export type CommandRun = (
  cli: Cli,
  input: { args: readonly string[]; options: Options },
) => Promise<number | undefined>;

/** One command as data: parsing, help and completion come from it; its code is loaded only when it runs. */
export type CommandSpec = {
  name: string;
  aliases?: readonly string[];
  about: string;
  args?: readonly ArgumentSpec[];
  options?: readonly OptionSpec[];
  /** Offers `--url`, `--token`, `--password`, `--timeout`. */
  connects?: true;
  /** The rest after the first plain argument belongs to a remote program; options in it are not ours. */
  passThrough?: true;
  /** A group may also have a `load` of its own (`clawdbot gateway`); without it, it prints its help. */
  load?: () => Promise<CommandRun>;
  subcommands?: readonly CommandSpec[];
  /** Shown below the help. */
  examples?: readonly string[];
};

/** Options of every command that talks to a gateway (cli-and-state §1). */
export const CONNECTION_OPTIONS: readonly OptionSpec[] = [
  { flags: '--url <url>', about: 'gateway address, ws:// or wss://' },
  {
    flags: '--token <token>',
    about: 'shared token (others can see arguments; prefer CLAWDBOT_GATEWAY_TOKEN)',
  },
  { flags: '--password <password>', about: 'shared password (prefer CLAWDBOT_GATEWAY_PASSWORD)' },
  { flags: '--timeout <ms>', about: 'how long one call may take, milliseconds', value: 'ms' },
];

/** Options of every command. */
export const GLOBAL_OPTIONS: readonly OptionSpec[] = [
  { flags: '--profile <name>', about: 'use the state of another profile (~/.clawdbot-NAME)' },
  { flags: '--dev', about: 'same as --profile dev, on port 19001' },
  { flags: '--json', about: 'print JSON and nothing else on stdout' },
  { flags: '--no-color', about: 'no colours, also on a terminal' },
];
