import type { DoctorBrief } from '../../protocol/index.ts';

/** 120 characters: `systemctl status` shows one line. */
const LENGTH = 120;

/** A finding in one line, for STATUS= and `supervisor status`: `error port/foreign: Port 18789 is held by …`. */
export function findingLine({ severity, id, text }: DoctorBrief): string {
  return `${severity} ${id}: ${text.split('\n')[0]?.slice(0, LENGTH)}`;
}
