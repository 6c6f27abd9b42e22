export type Point = { atMs: number; value: number };

const WIDTH = 240;
const HEIGHT = 44;
const PAD = 3;

/**
 * The course of a number, oldest left, zero at the bottom; its last value is always written beside it. With less than
 * two points there is only the ground line: a line from nothing would be invented.
 */
export function Sparkline({ points, label }: { points: readonly Point[]; label: string }) {
  const first = points[0]?.atMs ?? 0;
  const span = Math.max(1, (points.at(-1)?.atMs ?? 0) - first);
  const top = Math.max(...points.map(({ value }) => value), Number.MIN_VALUE) * 1.15;
  const x = (atMs: number) => ((atMs - first) / span) * WIDTH;
  const y = (value: number) => HEIGHT - 1 - (value / top) * (HEIGHT - PAD - 1);
  const line = points.map(({ atMs, value }) => `${x(atMs).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
  const last = points.at(-1);
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <line class="ground" x1="0" x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} />
      {points.length > 1 && last !== undefined && (
        <>
          <polygon points={`${x(first)},${HEIGHT} ${line} ${x(last.atMs)},${HEIGHT}`} />
          <polyline points={line} />
        </>
      )}
    </svg>
  );
}
