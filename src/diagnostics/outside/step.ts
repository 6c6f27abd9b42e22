import type { ExitClass, Remedy } from '../../state/index.ts';

/** The way from outside to inside, in this order. */
export const STEPS = ['name', 'tcp', 'tls', 'http', 'upgrade', 'auth', 'pairing'] as const;
export type StepName = (typeof STEPS)[number];

/** Where the fault is when a step fails. */
export type Fault =
  | 'url'
  | 'name'
  | 'tailnet'
  | 'server'
  | 'route'
  | 'rules'
  | 'certificate'
  | 'clock'
  | 'gateway'
  | 'host'
  | 'credentials'
  | 'approval';

export type StepResult =
  | {
      step: StepName;
      result: 'ok';
      text: string;
      /** Of the step `tls`: until when what was shown is valid. */
      validToMs?: number;
    }
  /** Not looked at, with the reason (no TLS, no credentials to try). */
  | { step: StepName; result: 'skipped'; text: string }
  | {
      step: StepName;
      result: 'failed';
      text: string;
      fault: Fault;
      remedies: readonly Remedy[];
      exitClass: ExitClass;
    };

/** A step that failed; the walk ends with it. */
export function failed(
  step: StepName,
  text: string,
  {
    fault,
    remedies = [],
    exitClass = 75,
  }: { fault: Fault; remedies?: readonly Remedy[]; exitClass?: ExitClass },
): StepResult {
  return { step, result: 'failed', text, fault, remedies, exitClass };
}

export function passed(step: StepName, text: string): StepResult {
  return { step, result: 'ok', text };
}

export function skipped(step: StepName, text: string): StepResult {
  return { step, result: 'skipped', text };
}

export function run(...command: readonly string[]): Remedy {
  return { kind: 'run', command };
}

export function read(text: string): Remedy {
  return { kind: 'read', text };
}
