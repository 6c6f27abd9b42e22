import type {
  AgedDoctorReport,
  DoctorAlternative,
  DoctorBrief,
  DoctorChapter,
  DoctorNews,
  DoctorRepair,
  DoctorRiskClass,
  ServiceStatusView,
} from '../protocol/index.ts';

/** `keep`: who is to own the service, where a finding leaves the choice. */
export type FixOptions = {
  ids: readonly string[];
  dryRun: boolean;
  risk: DoctorRiskClass;
  keep: DoctorAlternative['keep'] | undefined;
};

/**
 * The doctor as a gateway sees it. Gateway and diagnostics do not know each other; whoever composes the process (the
 * command line) gives one in. It looks from outside the gateway's own event loop.
 */
export type GatewayDoctor = {
  /** One look at a time, shared by all who ask meanwhile. `maxAgeMs`: how old an answer may be, default 5 s. */
  report(options?: { maxAgeMs?: number }): Promise<AgedDoctorReport>;
  list(): Promise<readonly DoctorChapter[]>;
  /** Undefined for an id that no check has. */
  explain(id: string): Promise<DoctorChapter | undefined>;
  /** Only repairs that risk at most `risk`; what else is asked for is left undone. */
  fix(options: FixOptions): Promise<DoctorRepair>;
  service(): Promise<ServiceStatusView>;
  /** What concerns readiness: cheap facts looked at now, dear ones as they were last seen. Bounded. */
  readiness(): Promise<readonly DoctorBrief[]>;
  /** The worst finding of the last look; undefined when nothing is above advice or nobody has looked yet. */
  worst(): DoctorBrief | undefined;
  /** Calls back when the worst finding has become another one. Gives the end of it. */
  onNews(listener: (news: DoctorNews) => void): () => void;
};
