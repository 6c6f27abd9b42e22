import { loadConfig, OpsError } from '../../../state/index.ts';
import type { Cli } from '../../cli.ts';
import type { CommandRun, Options } from '../../program/command-spec.ts';
import { hasOption } from '../../program/option-values.ts';
import { type Answers, answersFromOptions } from '../../setup/answers.ts';
import { applyAnswers } from '../../setup/apply-answers.ts';
import { refuseUnreadable } from '../config/readable.ts';

/** `onboard`: asks, or takes the flags of the real program with `--non-interactive`, and writes the config. */
export const run: CommandRun = async (cli, { options }) => {
  const loaded = loadConfig(cli.paths, cli.env);
  refuseUnreadable(loaded, 'set this machine up');
  const answers = await readAnswers(options, loaded.config);
  if (answers === undefined) return 1;
  const { changed, tokenGenerated } = applyAnswers(cli, answers);
  const wantsService = answers.mode === 'local' && answers.installService;
  if (cli.out.json) {
    const { token: _token, ...shown } =
      answers.mode === 'local' ? { ...answers, password: undefined } : answers;
    const service = wantsService ? await installedService(cli) : undefined;
    cli.out.value({
      ok: true,
      configPath: cli.paths.config,
      changed,
      tokenGenerated,
      ...shown,
      ...(service === undefined ? {} : { service }),
    });
    return 0;
  }
  cli.out.line(`${changed ? 'Updated' : 'Unchanged'} ${cli.paths.config}`);
  if (tokenGenerated) cli.out.line('Generated a token (gateway.auth.token in that file).');
  if (wantsService) await installService(cli);
  cli.out.line(`Next: ${await nextStep(cli.self, answers)}`);
  return 0;
};

async function nextStep(self: string, answers: Answers): Promise<string> {
  if (answers.mode === 'remote') return `${self} status`;
  if (answers.installService) return `${self} gateway status`;
  const { hasSystemd } = await import('../../../supervisor/systemd/index.ts');
  return hasSystemd() ? `${self} gateway install; or in this terminal: ${self} up` : `${self} up`;
}

/** The same as `gateway install`. @throws as that; the config is written by then */
async function installService(cli: Cli): Promise<void> {
  const { installCommand } = await import('../service/install.ts');
  await installCommand('gateway')(cli, { args: [], options: {} });
}

/** What `gateway install --json` would print. */
async function installedService(cli: Cli): Promise<unknown> {
  let report: unknown;
  const out = {
    ...cli.out,
    value: (value: unknown) => {
      report = value;
    },
  };
  await installService({ ...cli, out });
  return report;
}

async function readAnswers(
  options: Options,
  config: Parameters<typeof answersFromOptions>[1],
): Promise<Answers | undefined> {
  if (hasOption(options, 'nonInteractive')) {
    if (!hasOption(options, 'acceptRisk')) throw riskError();
    return answersFromOptions(options, config);
  }
  if (process.stdin.isTTY !== true || process.stdout.isTTY !== true) {
    throw new OpsError('usage', 'cannot ask questions: stdin or stdout is not a terminal', {
      remedies: [{ kind: 'run', command: ['clawdbot', 'onboard', '--non-interactive', '--accept-risk'] }],
    });
  }
  const { askAnswers } = await import('./ask.ts');
  return askAnswers(options, config);
}

function riskError(): OpsError {
  return new OpsError(
    'usage',
    [
      'Non-interactive onboarding requires explicit risk acknowledgement.',
      'Paired nodes run commands on your machines, each by its own approvals file.',
      'Re-run with --accept-risk when that is what you want.',
    ].join('\n'),
  );
}
