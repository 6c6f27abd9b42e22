/** Two clocks side by side. */
export type ClockReading = {
  hereMs: number;
  thereMs: number;
  /** Further apart than a signed login may be (`signature expired` of the gateway). */
  isWrong: boolean;
};

const ALLOWED_MS = 600_000;

/** Compares the `Date` of an answer that just came with the clock of this machine; undefined without one. */
export function readClock(date: string | undefined): ClockReading | undefined {
  const [hereMs, thereMs] = [Date.now(), Date.parse(date ?? '')];
  return Number.isNaN(thereMs)
    ? undefined
    : { hereMs, thereMs, isWrong: Math.abs(thereMs - hereMs) > ALLOWED_MS };
}

/** `here it is …, the server says …: 20 minutes apart`. */
export function apartText({ hereMs, thereMs }: ClockReading): string {
  const minutes = Math.abs(thereMs - hereMs) / 60_000;
  const apart =
    minutes < 120
      ? `${Math.round(minutes)} minutes`
      : minutes < 2_880
        ? `${Math.round(minutes / 60)} hours`
        : `${Math.round(minutes / 1_440)} days`;
  return `here it is ${timeText(hereMs)}, the server says ${timeText(thereMs)}: ${apart} apart`;
}

/** A moment for people, to the second. */
export function timeText(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}
