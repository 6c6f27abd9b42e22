import { text as readAll } from 'node:stream/consumers';
import { parsePolicyText } from '../../../approvals/index.ts';
import { OpsError, readTextIfPresent } from '../../../state/index.ts';
import { withPolicyTarget } from '../../policy/policy-target.ts';
import { printPolicy } from '../../policy/print-policy.ts';
import { readPolicy } from '../../policy/read-policy.ts';
import type { CommandRun, Options } from '../../program/command-spec.ts';
import { hasOption, textOption } from '../../program/option-values.ts';

/** `approvals set`: the new content is checked here first, so that an error names line and column. */
export const run: CommandRun = async (cli, { options }) => {
  const intention = 'replace the exec approvals';
  const { name, text } = await readInput(options, intention);
  const parsed = parsePolicyText(text);
  if (parsed.kind === 'damaged') {
    const place = parsed.line === undefined ? '' : ` (line ${parsed.line}, column ${parsed.column ?? 1})`;
    throw new OpsError('approvals/damaged', `cannot ${intention}: ${name}: ${parsed.reason}${place}`);
  }
  return withPolicyTarget(cli, options, intention, async (target) => {
    if (target.label === 'local') cli.out.line('Writing local approvals.');
    const baseHash = textOption(options, 'baseHash') ?? (await target.read()).hash;
    const snapshot = await target.write(parsed.file, baseHash);
    if (cli.out.json) {
      cli.out.jsonLine(snapshot);
      return 0;
    }
    cli.out.line(`Target: ${target.label}`);
    printPolicy(cli.out, target.label, snapshot, readPolicy(snapshot.file, intention));
    return 0;
  });
};

async function readInput(options: Options, intention: string): Promise<{ name: string; text: string }> {
  const path = textOption(options, 'file');
  if ((path === undefined) === !hasOption(options, 'stdin')) {
    throw new OpsError('usage', `cannot ${intention}: Provide --file or --stdin.`);
  }
  if (path === undefined) return { name: 'stdin', text: await readAll(process.stdin) };
  const text = readTextIfPresent(path);
  if (text === undefined) throw new OpsError('usage', `cannot ${intention}: there is no file ${path}`);
  return { name: path, text };
}
