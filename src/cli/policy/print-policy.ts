import type { PolicyFile } from '../../approvals/index.ts';
import type { Output } from '../output/output.ts';
import { renderTable } from '../output/render-table.ts';
import { ageText } from '../output/time-text.ts';
import type { WireSnapshot } from './policy-target.ts';

/** The two tables of `approvals get` (cli-and-state §6). */
export function printPolicy(out: Output, label: string, snapshot: WireSnapshot, file: PolicyFile): void {
  const agents = Object.entries(file.agents ?? {});
  const entries = agents.flatMap(([agent, scope]) =>
    [...(scope.allowlist ?? []), ...(scope.constrained ?? [])].map((entry) => [
      label,
      agent,
      entry.pattern + argumentText(entry),
      entry.lastUsedAt === undefined ? 'never' : ageText(entry.lastUsedAt, Date.now()),
    ]),
  );
  const facts = [
    ['Target', label],
    ['Path', snapshot.path],
    ['Exists', snapshot.exists ? 'yes' : 'no'],
    ['Hash', snapshot.hash],
    ['Version', String(file.version)],
    ['Socket', file.socket?.path ?? ''],
    [
      'Defaults',
      settingsText(file.defaults ?? {}) || 'built in (security=allowlist ask=on-miss askFallback=deny)',
    ],
    [
      'Agents',
      agents.map(([name, scope]) => [name, settingsText(scope)].filter(Boolean).join(': ')).join('; ') ||
        'none',
    ],
    ['Allowlist', String(entries.length)],
  ].filter(([, value]) => value !== '');
  out.line('Approvals');
  for (const line of renderTable(['', ''], facts).slice(1)) out.line(line);
  out.line();
  if (entries.length === 0) {
    out.line('No allowlist entries.');
    return;
  }
  out.line('Allowlist');
  for (const line of renderTable(['Target', 'Agent', 'Pattern', 'Last Used'], entries)) out.line(line);
}

function argumentText({
  args,
  argPattern,
}: {
  args?: readonly string[] | undefined;
  argPattern?: string | undefined;
}): string {
  if (args !== undefined) return ` ${args.join(' ')} (exactly)`;
  return argPattern === undefined ? '' : ` with arguments /${argPattern}/`;
}

function settingsText(scope: {
  security?: unknown;
  ask?: unknown;
  askFallback?: unknown;
  autoAllowSkills?: unknown;
}): string {
  return (['security', 'ask', 'askFallback', 'autoAllowSkills'] as const)
    .flatMap((key) => (scope[key] === undefined ? [] : [`${key}=${String(scope[key])}`]))
    .join(' ');
}
