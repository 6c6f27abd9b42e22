/**
 * What the doctor says, as it crosses the wire and as every other reader gets it (ours: protocol 3 of the reference has
 * none of it). Plain JSON, no value in it is a secret, times are Unix milliseconds unless a name says ISO.
 */

/** `error`: something does not work or will not; `warning`: it will hurt one day; `advice`: could be better. */
export type DoctorSeverity = 'error' | 'warning' | 'advice';

/**
 * What a problem means for the gateway as a whole. `alive`: it answers nobody. `ready`: it answers, but requests fail.
 * `advice`: it serves.
 */
export type DoctorLevel = 'alive' | 'ready' | 'advice';

/** When a finding begins to hurt, where that is not now: the forecast. */
export type DoctorWhen = 'next-start' | 'logout' | 'reboot' | 'upgrade' | 'expiry';

/** A command to run, or a sentence. `clawdbot` as first word stands for this program, however it is started. */
export type DoctorRemedy = { kind: 'run'; command: readonly string[] } | { kind: 'read'; text: string };

/**
 * What a repair may cost. `safe`: nothing that runs notices, and it can be taken back. `service`: changes how a service is
 * started or kept. `interrupts`: stops or replaces a running process.
 */
export type DoctorRiskClass = 'safe' | 'service' | 'interrupts';

/** One change that `doctor --fix` makes, as data: shown before, its premise checked right before, journalled, undone. */
export type DoctorStep =
  /** Permission bits of a file or directory; undone by the bits it had. */
  | { kind: 'mode'; path: string; from: number; to: number }
  /** Renames a file that is of no use any more; undone by renaming it back. */
  | { kind: 'set-aside'; path: string }
  /** Runs a system program; `undo` is the program that takes it back, none when nothing needs to be. */
  | { kind: 'run'; command: readonly string[]; undo?: readonly string[] }
  /**
   * Starts or stops units, or stops and disables them; undone by what they were. Nothing is done when one of them has become the
   * process that serves (`notPid`) meanwhile.
   */
  | {
      kind: 'unit';
      scope: 'user' | 'system';
      units: readonly string[];
      verb: 'start' | 'stop' | 'disable';
      notPid?: number;
      /** After a start: wait until the unit listens here. */
      port?: number;
      was: { active: boolean; enabled: boolean };
    }
  /** A file beside a unit that changes some of its lines, and a reload; undone by removing it. */
  | { kind: 'drop-in'; scope: 'user' | 'system'; path: string; text: string }
  /** The owner hands over to the process of a unit that stands by. The former owner ends, so there is no way back. */
  | {
      kind: 'hand-over';
      stateDir: string;
      from: DoctorProcess;
      to: { unit: string; scope: 'user' | 'system' };
      drainMs: number;
    }
  /** Asks a process of another product to end (SIGTERM), after proving again that it is the one meant. */
  | { kind: 'end'; process: DoctorProcess; name: string };

/** What names one life of one process, as in the lock: pid, start tick and boot. */
export type DoctorProcess = { pid: number; startTicks: number; bootId: string };

/** Another way to put a finding right, to be chosen with `--keep`. */
export type DoctorAlternative = {
  /** Who is to own the service afterwards. */
  keep: 'service' | 'process';
  /** One sentence: what it does. */
  about: string;
  risk: string;
  class: DoctorRiskClass;
  steps: readonly DoctorStep[];
};

/** Whether `doctor --fix` can put a finding right, and what that risks. */
export type DoctorFix = {
  available: boolean;
  /** One sentence: what could go wrong. */
  risk?: string;
  class?: DoctorRiskClass;
  /** Of the first alternative, where there are several. */
  steps: readonly DoctorStep[];
  alternatives?: readonly DoctorAlternative[];
};

/** One thing somebody should know. The same list feeds text, JSON and the page. */
export type DoctorFinding = {
  /** A check's id, or `doctor/…` for what went wrong in the doctor itself. */
  id: string;
  severity: DoctorSeverity;
  outcome: 'problem' | 'unknown';
  /** Absent: it hurts now. */
  when?: DoctorWhen;
  title: string;
  /** What was found, with the names of the things found. */
  text: string;
  why: string;
  /** Plain values that prove it. */
  evidence: Readonly<Record<string, unknown>>;
  remedies: readonly DoctorRemedy[];
  fix: DoctorFix;
  /** Ids of findings and checks that follow from this one and are not shown. */
  hides: readonly string[];
};

export type DoctorSummary = {
  error: number;
  warning: number;
  advice: number;
  unknown: number;
  ok: number;
};

/** The answer of the doctor. */
export type DoctorReport = {
  schemaVersion: 1;
  /** ISO 8601. */
  generatedAt: string;
  durationMs: number;
  /** Whom the report is about. */
  subject: {
    stateDir: string;
    config: string;
    profile: string;
    account: string;
    uid: number;
    port: number | undefined;
    version: string;
  };
  /** Checks by outcome; hidden ones count in none of the first three. */
  summary: DoctorSummary;
  findings: readonly DoctorFinding[];
  checks: readonly {
    id: string;
    outcome: 'ok' | 'problem' | 'unknown' | 'not-applicable' | 'hidden';
    durationMs: number;
    reason?: string;
  }[];
};

/** One check of the registry: the chapter of the manual. */
export type DoctorChapter = {
  id: string;
  title: string;
  severity: DoctorSeverity;
  level: DoctorLevel;
  /** Absent: it hurts now. */
  when?: DoctorWhen;
  /** One sentence: what happens to somebody who ignores it. */
  why: string;
  /** How it comes about, how to tell, what to do. */
  manual: string;
  /** Checks that hide this one while they have a problem. */
  causes: readonly string[];
  /** What `doctor --fix` risks; absent when it can do nothing. */
  fixRisk?: string;
  fixClass?: DoctorRiskClass;
};

/** What became of a step. `not-needed`: its premise no longer holds, so nothing was done. */
export type DoctorStepResult =
  | { kind: 'done' }
  | { kind: 'not-needed'; why: string }
  | { kind: 'failed'; why: string };

/** The answer of `doctor.fix` and of `doctor --fix --json`. */
export type DoctorRepair = {
  planned: readonly {
    id: string;
    title: string;
    risk: string;
    class: DoctorRiskClass;
    steps: readonly DoctorStep[];
    alternatives?: readonly DoctorAlternative[];
  }[];
  /** Empty for a dry run. */
  did: readonly { id: string; step: DoctorStep; result: DoctorStepResult }[];
  /** Findings that were to be put right and are still there. */
  stillThere: readonly string[];
  /** After the repair; before it for a dry run. */
  report: DoctorReport;
};

/** `doctor.report`: how old the answer is, for a reader with another clock. */
export type AgedDoctorReport = DoctorReport & { ageMs: number };

/** Whether a check is meant by a name: its id, or its group (`port` stands for all `port/…`). */
export function isCheckMeant(id: string, name: string): boolean {
  return id === name || id.startsWith(`${name}/`);
}

/** A finding in one line. */
export type DoctorBrief = Pick<DoctorFinding, 'id' | 'severity' | 'title' | 'text'>;

/** The `doctor` event, for connections that have asked for a report: the worst finding is another one than before. */
export type DoctorNews = { generatedAt: string; summary: DoctorSummary; worst: DoctorBrief | null };
