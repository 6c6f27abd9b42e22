import { chmodSync, existsSync, lstatSync, renameSync } from 'node:fs';
import type { DoctorStepResult } from '../../protocol/index.ts';
import { assertNever, errorText } from '../../state/index.ts';
import { runHelper } from '../../supervisor/index.ts';
import type { FixStep } from '../engine/fix-step.ts';
import { removeDropIn, writeDropIn } from './apply-drop-in.ts';
import { changeUnits, endProcess, handOver, undoUnits } from './apply-service-step.ts';

/** What became of a step. `not-needed`: its premise no longer holds, so nothing was done. */
export type StepResult = DoctorStepResult;

type Environment = Readonly<Record<string, string | undefined>>;

/** 10 s: an authorisation agent may have to answer. */
const RUN_MS = 10_000;

/** Does one step, if what it was planned for still holds at this moment. Never throws. */
export async function applyStep(step: FixStep, env: Environment): Promise<StepResult> {
  try {
    switch (step.kind) {
      case 'mode':
        return changeMode(step.path, step.from, step.to);
      case 'set-aside':
        return moveAside(step.path, asidePath(step.path));
      case 'run':
        return await runCommand(step.command);
      case 'unit':
        return await changeUnits(step, env);
      case 'drop-in':
        return await writeDropIn(step, env);
      case 'hand-over':
        return await handOver(step, env);
      case 'end':
        return await endProcess(step);
      default:
        return assertNever(step);
    }
  } catch (thrown) {
    return { kind: 'failed', why: errorText(thrown) };
  }
}

/** Takes a step back, if nothing has come in its place. Never throws. */
export async function undoStep(step: FixStep, env: Environment): Promise<StepResult> {
  try {
    switch (step.kind) {
      case 'mode':
        return changeMode(step.path, step.to, step.from);
      case 'set-aside':
        return moveAside(asidePath(step.path), step.path);
      case 'run':
        return step.undo === undefined
          ? { kind: 'not-needed', why: 'there is nothing to take back' }
          : await runCommand(step.undo);
      case 'unit':
        return await undoUnits(step, env);
      case 'drop-in':
        return await removeDropIn(step, env);
      case 'hand-over':
        return {
          kind: 'not-needed',
          why: `pid ${step.from.pid} has ended; start it again the way it was started`,
        };
      case 'end':
        return {
          kind: 'not-needed',
          why: `pid ${step.process.pid} (${step.name}) has ended; start it again the way it was started`,
        };
      default:
        return assertNever(step);
    }
  } catch (thrown) {
    return { kind: 'failed', why: errorText(thrown) };
  }
}

function changeMode(path: string, from: number, to: number): StepResult {
  const facts = lstatSync(path);
  if (facts.isSymbolicLink()) return { kind: 'not-needed', why: `${path} is a symbolic link now` };
  const mode = facts.mode & 0o7777;
  if (mode === to) return { kind: 'not-needed', why: `${path} has that mode already` };
  if (mode !== from) return { kind: 'not-needed', why: `${path} has mode ${mode.toString(8)} now` };
  chmodSync(path, to);
  return { kind: 'done' };
}

function moveAside(path: string, target: string): StepResult {
  if (!existsSync(path)) return { kind: 'not-needed', why: `${path} is not there any more` };
  if (existsSync(target)) return { kind: 'not-needed', why: `${target} exists` };
  renameSync(path, target);
  return { kind: 'done' };
}

async function runCommand([program = '', ...args]: readonly string[]): Promise<StepResult> {
  const end = await runHelper({ program, args, deadlineMs: RUN_MS, directories: undefined });
  if (end.kind === 'missing') return { kind: 'failed', why: `${program} is not installed` };
  if (end.kind === 'late') return { kind: 'failed', why: `${program} did not end within ${RUN_MS} ms` };
  if (end.status === 0) return { kind: 'done' };
  return { kind: 'failed', why: end.stderr.trim() || `${program} ended with ${end.status ?? 'a signal'}` };
}

function asidePath(path: string): string {
  return `${path}.set-aside`;
}
