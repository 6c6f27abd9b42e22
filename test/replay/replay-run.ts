import type { Difference } from './compare.ts';
import type { LiveConnection } from './live-connection.ts';
import type { Challenge, Player } from './player.ts';
import type { Line, Transcript } from './transcript.ts';

/** A difference with its place in the recording. */
export type Finding = Difference & { line: number; conn: string };

/** The state of one replay. */
export type Run = {
  /** Events that are reported missing without a wait. */
  neverSent: readonly string[];
  /** Paths that are known to be missing; these are not waited for as long as the others. */
  mayBeMissing: (path: string) => boolean;
  player: Player;
  transcript: Transcript;
  connections: Map<string, LiveConnection>;
  challenges: Map<string, Challenge>;
  /** Method of each request, by connection and id: it names the path of the response. */
  methods: Map<string, string>;
  findings: Finding[];
};

/** Path of the finding after which a replay is pointless: a response that never came. */
export const NO_RESPONSE = 'response';

/** Adds a finding at a line. */
export function report(run: Run, line: Line, difference: Difference): void {
  run.findings.push({ ...difference, line: line.line, conn: line.conn });
}
