import { type Signal, signal } from '@preact/signals';
import { type EventFrame, execOutputSchema, RequestError } from '../../protocol/index.ts';
import type { Link } from '../link/link.ts';
import { reasonText } from '../text/reason.ts';
import { t } from '../text/translate.ts';
import { randomId } from './random-id.ts';
import { property, type RunResult, runResultSchema } from './wire.ts';

export type RunState =
  | { kind: 'running' }
  /** The node wants a person's answer first; the question is in the queue under this id. */
  | { kind: 'asking'; approvalId: string }
  | { kind: 'ended'; result: RunResult; atMs: number }
  | { kind: 'refused'; why: string; atMs: number };

/** One command on one node, as this tab started it. */
export type Run = {
  id: string;
  nodeId: string;
  text: string;
  startedAtMs: number;
  state: Signal<RunState>;
  /** Output so far, both streams in order of arrival; replaced by the whole at the end. */
  output: Signal<string>;
  cancel: () => void;
};

/** What this tab ran, newest first. */
export const runs = signal<readonly Run[]>([]);

/** What somebody ran and saw is not for whoever signs in next in this tab. */
export function forgetRuns(): void {
  runs.value = [];
}

const KEPT = 30;
/** As much as a node sends at the end (gateway-protocol §19); output that is longer was cut. */
export const MAX_OUTPUT_CHARS = 200_000;
const RUN_TIMEOUT_MS = 600_000;
const ASK_TIMEOUT_MS = 120_000;
/** The gateway answers in time by itself; this is room for that answer. */
const ROOM_MS = 10_000;

/** Runs shell text on a node. Asks the people who approve when the node's policy wants that, then runs exactly that. */
export function startRun(link: Link, nodeId: string, text: string): Run {
  let key = randomId();
  const run: Run = {
    id: randomId(),
    nodeId,
    text,
    startedAtMs: Date.now(),
    state: signal<RunState>({ kind: 'running' }),
    output: signal(''),
    cancel: () => {
      const state = run.state.value;
      if (state.kind === 'running')
        void link.call('node.invoke.cancel', { nodeId, idempotencyKey: key }).catch(() => {});
      // Withdrawing the question is denying it; whoever asked may do that.
      if (state.kind === 'asking')
        void link.call('exec.approval.resolve', { id: state.approvalId, decision: 'deny' }).catch(() => {});
    },
  };
  runs.value = [run, ...runs.value].slice(0, KEPT);
  const endListening = link.onEvent((event) => addOutput(run, event));
  void follow().finally(endListening);
  return run;

  async function follow(): Promise<void> {
    try {
      run.state.value = ended(await invoke({}));
    } catch (thrown) {
      run.state.value =
        needsApproval(thrown) && link.may('operator.approvals') ? await askAndRun() : refused(thrown);
    }
  }

  async function askAndRun(): Promise<RunState> {
    try {
      const approvalId = randomId();
      const asked = link.call(
        'exec.approval.request',
        {
          id: approvalId,
          command: text,
          host: 'node',
          nodeId,
          commandArgv: shellArgv(text),
          timeoutMs: ASK_TIMEOUT_MS,
        },
        { timeoutMs: ASK_TIMEOUT_MS + ROOM_MS },
      );
      run.state.value = { kind: 'asking', approvalId };
      const decision = property(await asked, 'decision');
      if (decision !== 'allow-once' && decision !== 'allow-always') {
        return {
          kind: 'refused',
          why: decision === 'deny' ? t('run.denied') : t('run.nobody'),
          atMs: Date.now(),
        };
      }
      run.state.value = { kind: 'running' };
      key = randomId();
      return ended(await invoke({ approved: true, approvalDecision: decision }));
    } catch (thrown) {
      return refused(thrown);
    }
  }

  function invoke(approval: object): Promise<unknown> {
    return link.call(
      'node.invoke',
      {
        nodeId,
        command: 'system.run',
        params: {
          command: shellArgv(text),
          rawCommand: text,
          runId: run.id,
          stream: true,
          timeoutMs: RUN_TIMEOUT_MS,
          ...approval,
        },
        timeoutMs: RUN_TIMEOUT_MS + ROOM_MS,
        idempotencyKey: key,
      },
      { timeoutMs: RUN_TIMEOUT_MS + 2 * ROOM_MS },
    );
  }

  function ended(answer: unknown): RunState {
    const parsed = runResultSchema.safeParse(property(answer, 'payload'));
    if (!parsed.success) return { kind: 'refused', why: t('run.unreadable'), atMs: Date.now() };
    const { stdout, stderr } = parsed.data;
    // Streamed output kept the order of both streams; what the result has beyond it (no stream, lost chunks) wins.
    if (run.output.value.length < stdout.length + stderr.length) run.output.value = stdout + stderr;
    return { kind: 'ended', result: parsed.data, atMs: Date.now() };
  }
}

/** What the reference's `--raw` makes of shell text; the text people approve is bound to exactly these arguments. */
export function shellArgv(text: string): string[] {
  return ['/bin/sh', '-lc', text];
}

function addOutput(run: Run, { event, payload }: EventFrame): void {
  if (event !== 'exec.output') return;
  const chunk = execOutputSchema.safeParse(payload);
  if (!chunk.success || chunk.data.runId !== run.id || run.output.value.length > MAX_OUTPUT_CHARS) return;
  run.output.value += chunk.data.text;
}

function needsApproval(thrown: unknown): boolean {
  return thrown instanceof RequestError && thrown.message.includes('approval required');
}

function refused(thrown: unknown): RunState {
  return { kind: 'refused', why: reasonText(thrown), atMs: Date.now() };
}
