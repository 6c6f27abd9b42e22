import type { CommandSpec } from '../../program/command-spec.ts';
import { SYSTEM_OPTION } from '../service/spec.ts';

/** `clawdbot doctor`. */
export const doctorCommand: CommandSpec = {
  name: 'doctor',
  about: 'what is wrong here, why, and what to do; exit 0 nothing wrong, 1 problems, 2 the doctor failed',
  options: [
    { flags: '--only <id...>', about: 'only these checks or groups', value: 'texts' },
    {
      flags: '--forecast',
      about: 'only what will fail later: at the next start, logout, boot, upgrade, expiry',
    },
    { flags: '--list', about: 'every check with the fault it looks for' },
    { flags: '--fix [id...]', about: 'put right what can be, or only these findings; asks, or needs --yes' },
    { flags: '--safe', about: 'with --fix: only what interrupts nothing and can be taken back' },
    {
      flags: '--risk <class>',
      about: 'with --fix: at most this: safe as --safe, service also how one is started or kept',
      choices: ['safe', 'service', 'interrupts'],
    },
    {
      flags: '--keep <who>',
      about: 'with --fix, where two want to own the gateway: who is to be the one',
      choices: ['service', 'process'],
    },
    { flags: '--dry-run', about: 'with --fix: show each step and its risk, change nothing' },
    { flags: '--yes', about: 'with --fix: do not ask' },
    { flags: '--undo', about: 'take back what --fix did' },
    { flags: '-w, --watch', about: 'look again every few seconds, show it when it changes' },
    { flags: '--interval <duration>', about: 'with --watch: how often (5s)', value: 'duration' },
    {
      flags: '--report <file>',
      about: 'write the whole report, redacted, into a new private file',
      completes: 'file',
    },
    { flags: '-v, --verbose', about: 'also what is fine and what does not apply' },
    { flags: '--service', about: 'no checks: who owns the gateway service, who waits, who listens' },
    { flags: '--user <account>', about: 'as root: look at the installation of another account' },
    SYSTEM_OPTION,
  ],
  load: async () => (await import('./run.ts')).run,
  subcommands: [
    {
      name: 'explain',
      about: 'the chapter of the manual for a finding',
      args: [{ name: '<id>', about: 'id of a finding, for example port/foreign' }],
      load: async () => (await import('./explain.ts')).run,
    },
  ],
  examples: [
    'clawdbot doctor',
    'clawdbot doctor --fix --dry-run',
    'clawdbot doctor --only port --json',
    'clawdbot doctor explain unit/linger',
  ],
};
