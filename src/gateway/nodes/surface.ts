import type { ConnectParams } from '../../protocol/index.ts';
import type { Surface } from '../../state/index.ts';
import { isCommandAllowed, type NodeCommandRules } from './platform-commands.ts';

/**
 * What a node offers, cut to what its kind of machine and the configuration permit: that much people are asked about
 * (protocol-now §6). Sorted, without doubles.
 */
export function declaredSurface(
  { caps = [], commands = [], permissions = {}, client }: ConnectParams,
  rules: NodeCommandRules,
): Surface {
  return {
    caps: sorted(caps),
    commands: sorted(commands.filter((command) => isCommandAllowed(command, client, rules))),
    permissions: { ...permissions },
  };
}

/** Does the offer go beyond what was approved: a command, a capability, a permission that is newly there? */
export function isWider(declared: Surface, approved: Surface): boolean {
  return (
    declared.commands.some((command) => !approved.commands.includes(command)) ||
    declared.caps.some((cap) => !approved.caps.includes(cap)) ||
    Object.entries(declared.permissions).some(([name, given]) => given && approved.permissions[name] !== true)
  );
}

/** What of the offer may be used: the part that was approved. */
export function effectiveSurface(declared: Surface, approved: Surface): Surface {
  return {
    caps: declared.caps.filter((cap) => approved.caps.includes(cap)),
    commands: declared.commands.filter((command) => approved.commands.includes(command)),
    permissions: Object.fromEntries(
      Object.entries(declared.permissions).map(([name, given]) => [
        name,
        given && approved.permissions[name] === true,
      ]),
    ),
  };
}

/** Commands that let their caller run or read things on the machine: approving them takes an administrator (§6). */
const POWERFUL = new Set([
  'system.run',
  'system.run.prepare',
  'system.which',
  'system.execApprovals.get',
  'system.execApprovals.set',
  'browser.proxy',
  'browser.proxy.upload.v1',
  'fs.listDir',
  'terminal.upload',
]);

/** The scopes somebody needs to approve these commands. */
export function requiredApproveScopes(
  commands: readonly string[] = [],
): ('operator.pairing' | 'operator.write' | 'operator.admin')[] {
  if (commands.some((command) => POWERFUL.has(command))) return ['operator.pairing', 'operator.admin'];
  return commands.length > 0 ? ['operator.pairing', 'operator.write'] : ['operator.pairing'];
}

function sorted(items: readonly string[]): string[] {
  return [...new Set(items)].sort();
}
