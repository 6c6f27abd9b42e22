export const DEFAULT_SAFE_PROGRAMS: readonly string[] = [];
