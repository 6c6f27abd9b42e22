import { DAMAGE_REMEDY, type LoadedConfig, OpsError } from '../../../state/index.ts';

/** @throws `config/invalid` when the file cannot be parsed; wrong values alone do not matter here */
export function refuseUnreadable(loaded: LoadedConfig, intention: string): void {
  const syntax = loaded.issues.find((issue) => issue.kind === 'syntax');
  if (syntax === undefined) return;
  throw new OpsError(
    'config/invalid',
    `cannot ${intention}: ${loaded.path} cannot be parsed: ${syntax.message}`,
    {
      remedies: [DAMAGE_REMEDY],
    },
  );
}
