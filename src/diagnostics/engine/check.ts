import type {
  DoctorAlternative,
  DoctorLevel,
  DoctorRiskClass,
  DoctorSeverity,
  DoctorWhen,
} from '../../protocol/index.ts';
import type { Remedy } from '../../state/index.ts';
import type { FactName, Facts } from '../facts/facts.ts';
import type { FixSpec } from './fix-step.ts';

export type Severity = DoctorSeverity;

export type Level = DoctorLevel;

/** Plain values that prove a finding: they go into JSON and reports, so never a secret. */
export type Evidence = Readonly<Record<string, unknown>>;

/** What a check concludes. `unknown` is never read as one of the others and says why. */
export type Outcome<A> =
  | { kind: 'ok' }
  | { kind: 'problem'; args: A }
  | { kind: 'unknown'; why: string }
  /** The thing it is about does not exist here (no systemd, no node host, …). */
  | { kind: 'not-applicable'; why: string };

/** A check as its author writes it: data and pure functions over the facts it names. */
export type CheckSpec<K extends FactName, A extends Evidence> = {
  /** Stable for ever; the ids of the catalogue of field failures where it has one. */
  id: string;
  /** Names the fault, not the subject: beside an outcome it has to read truly (`no such fault: The config is damaged`). */
  title: string;
  severity: Severity;
  /** Default `advice`. */
  level?: Level;
  /** When it begins to hurt, for what does not hurt yet. */
  when?: DoctorWhen;
  needs: readonly K[];
  /** Hidden while one of these has a problem: they are its cause. */
  dependsOn?: readonly string[];
  run: (facts: Pick<Facts, K>) => Outcome<A>;
  text: (args: A) => string;
  remedy: (args: A) => readonly Remedy[];
  fix?: FixSpec<A>;
  /** One sentence: what happens to somebody who ignores it. */
  why: string;
  /** The chapter of the manual: how it comes about, how to tell, what to do. */
  manual: string;
};

/** One way to put a problem right. */
export type Way = Omit<DoctorAlternative, 'keep' | 'about'> & Partial<DoctorAlternative>;

/** What one check said, words made. */
export type Verdict =
  | { kind: 'ok' }
  | {
      kind: 'problem';
      text: string;
      evidence: Evidence;
      remedies: readonly Remedy[];
      /** Empty when nothing can be done; the first is the one that is done unless another is asked for. */
      ways: readonly Way[];
    }
  | { kind: 'unknown'; why: string }
  | { kind: 'not-applicable'; why: string };

/** A check as the engine sees it: the types of its facts and arguments are sealed inside. */
export type Check = Omit<
  CheckSpec<FactName, Evidence>,
  'run' | 'text' | 'remedy' | 'fix' | 'dependsOn' | 'level'
> & {
  /** What `doctor --fix` risks; undefined when it can do nothing. */
  fixRisk: string | undefined;
  fixClass: DoctorRiskClass | undefined;
  level: Level;
  dependsOn: readonly string[];
  /** Call it only with facts that hold every name in `needs`. */
  judge: (facts: Partial<Facts>) => Verdict;
};

/** Seals a check. */
export function defineCheck<const K extends FactName, A extends Evidence>(spec: CheckSpec<K, A>): Check {
  const { run, text, remedy, fix, dependsOn = [], level = 'advice', ...data } = spec;
  return {
    ...data,
    dependsOn,
    level,
    fixRisk: fix?.risk,
    fixClass: fix?.class,
    judge: (facts) => {
      const outcome = run(facts as Pick<Facts, K>); // the engine gives every fact in `needs`
      if (outcome.kind !== 'problem') return outcome;
      const { args } = outcome;
      return {
        kind: 'problem',
        text: text(args),
        evidence: args,
        remedies: remedy(args),
        ways: waysOf(fix, args),
      };
    },
  };
}

function waysOf<A>(fix: FixSpec<A> | undefined, args: A): readonly Way[] {
  if (fix === undefined) return [];
  if ('alternatives' in fix) return fix.alternatives(args);
  const steps = fix.steps(args);
  return steps.length === 0 ? [] : [{ risk: fix.risk, class: fix.class, steps }];
}

export const ok = { kind: 'ok' } as const;

export function problem<A>(args: A): Outcome<A> {
  return { kind: 'problem', args };
}

export function unknown(why: string): Outcome<never> {
  return { kind: 'unknown', why };
}

export function notApplicable(why: string): Outcome<never> {
  return { kind: 'not-applicable', why };
}

/** A remedy that is a command of ours or of the system. */
export function command(...words: readonly string[]): Remedy {
  return { kind: 'run', command: words };
}

/** A remedy in words. */
export function advice(text: string): Remedy {
  return { kind: 'read', text };
}
