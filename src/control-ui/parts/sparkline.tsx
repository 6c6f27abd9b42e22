/** The course of a number, oldest left, zero at the bottom; its last value is always written beside it. */
export function Sparkline({ values, label }: { values: readonly number[]; label: string }) {
  if (values.length < 2) return null;
  const top = Math.max(...values, 1);
  const points = values.map(
    (value, index) =>
      `${((index / (values.length - 1)) * 96 + 2).toFixed(1)},${(22 - (value / top) * 20).toFixed(1)}`,
  );
  return (
    <svg class="sparkline" viewBox="0 0 100 24" role="img" aria-label={label}>
      <polyline points={points.join(' ')} />
    </svg>
  );
}
