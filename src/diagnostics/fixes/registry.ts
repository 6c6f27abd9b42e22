import type { FixInfo } from './fix.ts';

export function fixInfoOf(_id: string): FixInfo | undefined {
  return undefined;
}
