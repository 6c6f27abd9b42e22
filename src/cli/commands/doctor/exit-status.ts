import type { Report } from '../../../diagnostics/index.ts';

/** Exit status of a look: 0 when nothing is above advice, else 1. */
export function statusOf({ summary }: Report): number {
  return summary.error + summary.warning > 0 ? 1 : 0;
}
