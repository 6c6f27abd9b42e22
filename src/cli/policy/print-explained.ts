import * as z from 'zod/mini';
import type { ExplainedRun } from '../../protocol/index.ts';
import { OpsError } from '../../state/index.ts';
import { escapeText } from '../output/escape-text.ts';
import type { Output } from '../output/output.ts';
import { renderTable } from '../output/render-table.ts';
import { ageText } from '../output/time-text.ts';

/** An explanation with where it comes from. */
export type Explained = ExplainedRun & {
  /** A node id, or `this machine`. */
  where: string;
  /** The gateway between: whether it would pass a run on at all. */
  gateway?: { host: string; mayRun: boolean };
};

const texts = z.record(z.string(), z.string());
const schema = z.object({
  nodeId: z.string(),
  gateway: z.object({ host: z.string(), mayRun: z.boolean() }),
  decision: z.enum(['allow', 'ask', 'deny']),
  code: z.string(),
  reason: z.string(),
  rule: z.exactOptional(z.string()),
  programs: z.array(
    z.object({
      words: z.array(z.string()),
      path: z.exactOptional(z.string()),
      covered: z.boolean(),
      rule: z.exactOptional(z.string()),
      why: z.string(),
      storable: z.boolean(),
    }),
  ),
  security: z.string(),
  ask: z.string(),
  askFallback: z.string(),
  origin: texts,
  unattended: z.enum(['allow', 'deny']),
  layers: z.array(
    z.object({
      name: z.string(),
      host: z.string(),
      path: z.exactOptional(z.string()),
      changedAtMs: z.exactOptional(z.number()),
      values: texts,
      entries: z.number(),
      damage: z.exactOptional(z.string()),
    }),
  ),
  policyHash: z.string(),
  binding: z.exactOptional(z.string()),
});

/** An explanation that came from a node, checked. @throws `gateway/bad-frame` */
export function readExplained(payload: unknown, intention: string): Explained {
  const parsed = schema.safeParse(payload);
  if (!parsed.success)
    throw new OpsError('gateway/bad-frame', `cannot ${intention}: the answer cannot be read`);
  const { nodeId, ...explained } = parsed.data;
  return { where: nodeId, ...explained };
}

/** The decision first, then every layer it came from, strongest first, then the programs. */
export function printExplained(out: Output, explained: Explained): void {
  const { decision, code, reason, security, ask, origin, rule, gateway } = explained;
  const colour = { allow: 'green', ask: 'yellow', deny: 'red' } as const;
  out.line(`Decision: ${out.paint(colour[decision], decision)} (${escapeText(code)}): ${escapeText(reason)}`);
  if (rule !== undefined) out.line(`Rule: ${escapeText(rule)}`);
  out.line(
    escapeText(
      `Settings: security=${security} (${origin['security'] ?? ''}), ask=${ask} (${origin['ask'] ?? ''}), askFallback=${explained.askFallback} (${origin['askFallback'] ?? ''})`,
    ),
  );
  if (decision === 'ask')
    out.line(`Unanswered: ${explained.unattended === 'allow' ? 'it runs' : 'it does not run'}`);
  out.line(`Decided by: ${escapeText(explained.where)}`);
  if (gateway !== undefined) {
    const passes = gateway.mayRun ? 'passes runs on' : 'refuses every run (gateway.nodes.denyCommands)';
    out.line(`Gateway: ${escapeText(gateway.host)} ${passes}`);
  }
  out.line();
  for (const line of renderTable(
    ['Layer', 'Host', 'File', 'Changed', 'Sets', 'Entries'],
    layerRows(explained),
  ))
    out.line(line);
  const rows = explained.programs.map(({ words, path, covered, why }) => [
    words.join(' '),
    path ?? 'not found',
    covered ? 'yes' : 'no',
    why,
  ]);
  if (rows.length === 0) return;
  out.line();
  for (const line of renderTable(['Program', 'Path', 'Covered', 'Why'], rows)) out.line(line);
}

function layerRows({ layers }: Explained): string[][] {
  return layers.map(({ name, host, path, changedAtMs, values, entries, damage }) => [
    name,
    host,
    path ?? '',
    path === undefined ? '' : changedAtMs === undefined ? 'no file' : ageText(changedAtMs, Date.now()),
    damage ??
      Object.entries(values)
        .map(([key, value]) => `${key}=${value}`)
        .join(' '),
    String(entries),
  ]);
}
