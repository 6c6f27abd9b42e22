import { programKind } from './programs/program-kinds.ts';

/** What an entry without arguments gives away beyond its program; `code` is stable, for readers in other languages. */
export type PatternRisk = { code: 'folder' | 'writable' | 'starts-others' | 'ordinary'; why: string };

/**
 * The most important thing to know about a plain entry. Pure: it looks at the pattern, not at files.
 * What starts other programs is covered only in forms known to start nothing (README), so it is less than people hope.
 */
export function patternRisk(pattern: string): PatternRisk {
  if (/[*?][^/]*$/.test(pattern)) {
    return {
      code: 'folder',
      why: 'covers several programs, also those that are put there later',
    };
  }
  if (/^(~\/|\/tmp\/|\/var\/tmp\/|\/dev\/shm\/|\/home\/)/.test(pattern)) {
    return {
      code: 'writable',
      why: 'lies where programs of that account can put another file in its place',
    };
  }
  const { kind, name } = programKind(pattern);
  if (kind !== 'ordinary') {
    return {
      code: 'starts-others',
      why: `${name} can start other programs: it runs unasked only in forms known to start nothing, or together with allowed programs`,
    };
  }
  return { code: 'ordinary', why: 'any arguments: whatever it can read, write or reach there, it may' };
}
