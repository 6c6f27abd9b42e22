import { addEntry, type EntrySpec, type PolicyFile, removeEntry } from '../../../approvals/index.ts';
import { OpsError } from '../../../state/index.ts';
import type { Cli } from '../../cli.ts';
import { type PolicyTarget, withPolicyTarget } from '../../policy/policy-target.ts';
import { printPolicy } from '../../policy/print-policy.ts';
import { readPolicy } from '../../policy/read-policy.ts';
import type { CommandRun, Options } from '../../program/command-spec.ts';
import { textOption, textsOption } from '../../program/option-values.ts';

/** `approvals allowlist add`: exit 0 also when the entry was there. */
export const add: CommandRun = async (cli, { args, options }) => {
  const spec = entrySpec(args, options);
  const intention = `allow ${spec.pattern}`;
  return withPolicyTarget(cli, options, intention, (target) =>
    edit(cli, target, intention, (file) => {
      const outcome = addEntry(file, { scope: scopeOf(options), spec, now: Date.now() });
      if (outcome.kind === 'refused') throw new OpsError('usage', `cannot ${intention}: ${outcome.reason}`);
      return outcome.kind === 'present' ? 'Already allowlisted.' : outcome.file;
    }),
  );
};

/** `approvals allowlist remove`: exit 0 also when there was nothing to remove. */
export const remove: CommandRun = async (cli, { args, options }) => {
  const spec = entrySpec(args, options);
  const intention = `remove ${spec.pattern}`;
  return withPolicyTarget(cli, options, intention, (target) =>
    edit(
      cli,
      target,
      intention,
      (file) => removeEntry(file, { scope: scopeOf(options), spec }) ?? 'Pattern not found.',
    ),
  );
};

/** The change gives the new file, or the sentence why there is nothing to write. */
async function edit(
  cli: Cli,
  target: PolicyTarget,
  intention: string,
  change: (file: PolicyFile) => PolicyFile | string,
): Promise<number> {
  const before = await target.read();
  const changed = change(readPolicy(before.file, intention));
  if (typeof changed === 'string') {
    if (cli.out.json) cli.out.jsonLine({ ...before, changed: false });
    cli.out.line(changed);
    return 0;
  }
  if (target.label === 'local') cli.out.line('Writing local approvals.');
  const snapshot = await target.write(changed, before.hash);
  if (cli.out.json) {
    cli.out.jsonLine({ ...snapshot, changed: true });
    return 0;
  }
  cli.out.line(`Target: ${target.label}`);
  printPolicy(cli.out, target.label, snapshot, readPolicy(snapshot.file, intention));
  return 0;
}

/** The reference adds to `*` unless an agent is named (exec-approvals §9). */
function scopeOf(options: Options): string {
  return textOption(options, 'agent') ?? '*';
}

function entrySpec(args: readonly string[], options: Options): EntrySpec {
  const words = textsOption(options, 'arg');
  const argPattern = textOption(options, 'argPattern');
  return {
    pattern: (args[0] ?? '').trim(),
    ...(words.length === 0 ? {} : { args: words }),
    ...(argPattern === undefined ? {} : { argPattern }),
  };
}
