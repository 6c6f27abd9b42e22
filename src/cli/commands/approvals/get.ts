import { withPolicyTarget } from '../../policy/policy-target.ts';
import { printPolicy } from '../../policy/print-policy.ts';
import { readPolicy } from '../../policy/read-policy.ts';
import type { CommandRun } from '../../program/command-spec.ts';

/** `approvals get`: `--json` prints the snapshot on one line, as the reference does. */
export const run: CommandRun = async (cli, { options }) => {
  const intention = 'show the exec approvals';
  return withPolicyTarget(cli, options, intention, async (target) => {
    const snapshot = await target.read();
    if (cli.out.json) {
      cli.out.jsonLine(snapshot);
      return 0;
    }
    if (target.label === 'local') cli.out.line('Showing local approvals.');
    printPolicy(cli.out, target.label, snapshot, readPolicy(snapshot.file, intention));
    return 0;
  });
};
