import type { GatewayDoctor } from '../../gateway/index.ts';
import type {
  DoctorBrief,
  DoctorChapter,
  DoctorNews,
  DoctorRepair,
  DoctorReport,
  ServiceStatusView,
} from '../../protocol/index.ts';
import { findStarter } from '../../supervisor/index.ts';
import type { Cli } from '../cli.ts';
import { runApart } from './run-apart.ts';
import { SharedRun } from './shared-run.ts';

/** The doctor of a gateway process, and the clock that asks it. */
export type DoctorDesk = GatewayDoctor & {
  /** Looks soon, and then again and again while `isWanted`. */
  start(isWanted: () => boolean): void;
  close(): void;
};

/** 15 s: a start is over by then, and what follows it (a node that joins, a route that is published) as well. */
const FIRST_LOOK_MS = 15_000;
/** 5 min: a look costs a third of a second of processor time, so this is a thousandth of one core. */
const LOOK_EVERY_MS = 5 * 60_000;
/** 5 s: pages of several people that are opened together share one look. */
const REPORT_AGE_MS = 5_000;
/** 2 s: who owns the service changes with a restart, and the page asks right after one. */
const SERVICE_AGE_MS = 2_000;
/** 1 s: a prober that asks ten times a second costs what one costs. */
const READINESS_AGE_MS = 1_000;
/** 15 s: the doctor ends by itself within 10 s whatever hangs. */
const LOOK_DEADLINE_MS = 15_000;
/** 60 s: an authorisation agent may have to answer. */
const FIX_DEADLINE_MS = 60_000;

/** Gives a gateway process its doctor. Nothing is loaded or started before it is asked. */
export function openDoctorDesk(cli: Cli): DoctorDesk {
  const closed = new AbortController();
  const listeners = new Set<(news: DoctorNews) => void>();
  const scope = isSystemService() ? ['--system'] : [];
  const env: NodeJS.ProcessEnv = { ...cli.env };
  const timers: NodeJS.Timeout[] = [];
  let last: DoctorReport | undefined;

  const apart = (
    args: readonly string[],
    deadlineMs = LOOK_DEADLINE_MS,
    outlives = false,
  ): Promise<unknown> =>
    runApart(['doctor', ...args, ...scope, '--json'], {
      env,
      deadlineMs,
      until: outlives ? 'done' : closed.signal,
    });

  const looks = new SharedRun(async () => {
    // Printed by this very program, which is the only writer of the type.
    const report = (await apart([])) as DoctorReport;
    learn(report);
    return report;
  });
  const services = new SharedRun(async () => (await apart(['--service'])) as ServiceStatusView); // as above
  const cheap = new SharedRun(async () => {
    const { diagnoseReadiness } = await import('../../diagnostics/index.ts');
    return diagnoseReadiness({ env: cli.env, paths: cli.paths });
  });

  function learn(report: DoctorReport): void {
    const before = last === undefined ? undefined : (worstOf(last)?.id ?? null);
    last = report;
    const worst = worstOf(report) ?? null;
    if (before === undefined ? worst === null : before === (worst?.id ?? null)) return;
    const { generatedAt, summary } = report;
    for (const listener of listeners) listener({ generatedAt, summary, worst });
  }

  async function chapters(): Promise<readonly DoctorChapter[]> {
    const { listChapters } = await import('../../diagnostics/index.ts');
    return listChapters();
  }

  return {
    report: async ({ maxAgeMs = REPORT_AGE_MS } = {}) => {
      const { value, ageMs } = await looks.get(maxAgeMs);
      return { ...value, ageMs };
    },
    list: chapters,
    explain: async (id) => (await chapters()).find((chapter) => chapter.id === id),
    fix: async ({ ids, dryRun, risk, keep }) => {
      const args = [
        ...['--fix', ...ids, '--risk', risk, dryRun ? '--dry-run' : '--yes'],
        ...(keep === undefined ? [] : ['--keep', keep]),
      ];
      const outlives = risk === 'interrupts' && !dryRun;
      // Not beside a look, which would see half of it.
      const repair = (await looks.exclusively(() => apart(args, FIX_DEADLINE_MS, outlives))) as DoctorRepair; // as above
      if (!dryRun) learn(repair.report);
      return repair;
    },
    service: async () => (await services.get(SERVICE_AGE_MS)).value,
    readiness: async () => {
      const now = await cheap.get(READINESS_AGE_MS).then(
        ({ value }) => value,
        () => [],
      );
      const { concernsReadiness, READINESS_CHECKS } = await import('../../diagnostics/index.ts');
      const seen = (last?.findings ?? []).filter(({ id }) => !READINESS_CHECKS.includes(id));
      return [...now, ...seen.filter(concernsReadiness).map(brief)];
    },
    worst: () => (last === undefined ? undefined : worstOf(last)),
    onNews: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start: (isWanted) => {
      const look = (): void => {
        // A look that fails leaves the last one standing; whoever asks for a report is told why.
        if (isWanted()) looks.get(0).catch(() => {});
      };
      for (const timer of timers.splice(0)) clearTimeout(timer);
      timers.push(setTimeout(look, FIRST_LOOK_MS).unref(), setInterval(look, LOOK_EVERY_MS).unref());
    },
    close: () => {
      for (const timer of timers.splice(0)) clearTimeout(timer);
      closed.abort();
    },
  };
}

/** Under the system manager the doctor looks at the service of the system. */
function isSystemService(): boolean {
  const starter = findStarter(process.pid);
  return starter.kind === 'unit' && starter.scope === 'system' && /^clawdbot-gateway/.test(starter.unit);
}

function worstOf({ findings }: DoctorReport): DoctorBrief | undefined {
  const worst = findings.find(({ outcome, severity }) => outcome === 'problem' && severity !== 'advice');
  return worst === undefined ? undefined : brief(worst);
}

function brief({ id, severity, title, text }: DoctorBrief): DoctorBrief {
  return { id, severity, title, text };
}
