import * as z from 'zod/mini';
import { runDecisionSchema } from '../protocol/index.ts';

/** A row of the audit about commands, oldest first in a list; `detail` as it came out of the database. */
export type AuditLine = { action: string; subject: string; detail: Readonly<Record<string, unknown>> };

const text = z.catch(z.optional(z.string()), undefined);
const detailSchema = z.object({
  command: text,
  cwd: text,
  agentId: text,
  approval: text,
  answer: text,
  decision: z.catch(z.optional(z.pick(runDecisionSchema, { code: true, programs: true })), undefined),
});
type Line = { action: string; subject: string; detail: z.infer<typeof detailSchema> };

/** Entries that would have made a number of questions unnecessary. */
export type Suggestion = {
  nodeId: string;
  agentId: string;
  /** Without `args`: any arguments. */
  entries: readonly { pattern: string; args?: readonly string[] }[];
  /** Questions of the past that would not have been asked. */
  removes: number;
  risk: 'low' | 'high';
  /** What one gives away, one sentence. */
  why: string;
  /** The commands people were asked about, each once. */
  commands: readonly string[];
};

export type Suggestions = {
  /** Most useful first. */
  suggestions: readonly Suggestion[];
  /** Questions for which nothing is suggested, with the reason. */
  others: readonly { command: string; asked: number; why: string }[];
};

type Program = { words: readonly string[]; path: string; storable: boolean };
type Prompt = { line: Line; command: string; agentId: string; asked: number; isDenied: boolean };

const EXACT = 'this very command with these arguments runs again without asking';
const ANY =
  'any arguments: whatever this program can read, write or reach on that machine, it may; forms that start other programs are still asked for';

/**
 * From the audit: which entries would have removed the most questions. Only what the node said "always" may store;
 * never for a command somebody denied. Nothing is applied.
 */
export function suggestEntries(rows: readonly AuditLine[]): Suggestions {
  const lines = rows.map((row) => ({ ...row, detail: detailSchema.parse(row.detail) }));
  const missing = missingPrograms(lines);
  const exact = new Map<string, Suggestion>();
  const others: { command: string; asked: number; why: string }[] = [];
  for (const { line, command, agentId, asked, isDenied } of promptsOf(lines)) {
    const found = missing.get(keyOf(line));
    const why = isDenied ? 'somebody denied it' : whyNot(found?.programs);
    if (why !== undefined || found === undefined) {
      others.push({ command, asked, why: why ?? NOT_KNOWN });
      continue;
    }
    const entries = found.programs.map(({ path, words }) => ({ pattern: path, args: words.slice(1) }));
    const key = JSON.stringify([found.nodeId, agentId, entries]);
    const known = exact.get(key);
    exact.set(key, {
      nodeId: found.nodeId,
      agentId,
      entries,
      removes: (known?.removes ?? 0) + asked,
      risk: 'low',
      why: EXACT,
      commands: [...new Set([...(known?.commands ?? []), command])],
    });
  }
  const all = [...exact.values(), ...anyArguments([...exact.values()])];
  return {
    suggestions: all.sort(
      (a, b) => b.removes - a.removes || Number(a.risk === 'high') - Number(b.risk === 'high'),
    ),
    others,
  };
}

const NOT_KNOWN = 'the audit does not say which programs it needed';

/** Questions by what they were about, with how often they were put and whether the answer was ever no. */
function promptsOf(lines: readonly Line[]): Prompt[] {
  const denied = new Set(
    lines
      .filter(({ action, detail }) => action === 'exec.answer' && detail.answer === 'deny')
      .map(({ detail }) => detail.approval),
  );
  const prompts = new Map<string, Prompt>();
  for (const line of lines.filter(({ action }) => action === 'exec.ask')) {
    const known = prompts.get(keyOf(line));
    prompts.set(keyOf(line), {
      line,
      command: line.detail.command ?? '',
      agentId: line.detail.agentId || 'main',
      asked: (known?.asked ?? 0) + 1,
      isDenied: known?.isDenied === true || denied.has(line.detail.approval),
    });
  }
  return [...prompts.values()];
}

/** What each command lacked when it was last decided on. The real CLI asks without naming a node. */
function missingPrograms(
  lines: readonly Line[],
): Map<string, { nodeId: string; programs: readonly Program[] }> {
  const missing = new Map<string, { nodeId: string; programs: readonly Program[] }>();
  for (const line of lines.filter(({ action }) => action === 'exec.run')) {
    const { decision } = line.detail;
    if (decision?.code !== 'miss') continue;
    const programs = decision.programs
      .filter(({ covered }) => !covered)
      .map(({ words, path = '', storable }) => ({ words, path, storable }));
    const found = { nodeId: line.subject, programs };
    missing.set(keyOf(line), found);
    missing.set(keyOf({ ...line, subject: 'any node' }), found);
  }
  return missing;
}

function keyOf({ subject, detail: { command, cwd, agentId } }: Pick<Line, 'subject' | 'detail'>): string {
  return JSON.stringify([subject, command, cwd, agentId]);
}

function whyNot(programs: readonly Program[] | undefined): string | undefined {
  if (programs === undefined || programs.length === 0) return NOT_KNOWN;
  const hopeless = programs.find(({ storable, path }) => !storable || path === '' || /[*?]/.test(path));
  if (hopeless === undefined) return undefined;
  return `${hopeless.words[0] ?? 'a program'} starts other programs, is not understood in full, or has a secret in its arguments`;
}

/** One entry without arguments where several exact ones differ only in them. */
function anyArguments(exact: readonly Suggestion[]): Suggestion[] {
  const singles = exact.filter(({ entries }) => entries.length === 1);
  const byProgram = Map.groupBy(singles, ({ nodeId, agentId, entries }) =>
    JSON.stringify([nodeId, agentId, entries[0]?.pattern]),
  );
  return [...byProgram.values()].flatMap((group) => {
    const [first] = group;
    const pattern = first?.entries[0]?.pattern;
    if (first === undefined || pattern === undefined || group.length < 2) return [];
    return [
      {
        ...first,
        entries: [{ pattern }],
        removes: group.reduce((sum, { removes }) => sum + removes, 0),
        risk: 'high' as const,
        why: ANY,
        commands: group.flatMap(({ commands }) => commands),
      },
    ];
  });
}
