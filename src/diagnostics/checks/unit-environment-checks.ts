import { advice, type Check } from '../engine/check.ts';
import { brief, systemctl } from './about-unit.ts';
import { noteCheck } from './note-check.ts';
import { unitRemedies } from './unit-remedies.ts';

/** What units hand to the programs they start: variables, PATH, an order of starts. */
export const unitEnvironmentChecks: readonly Check[] = [
  noteCheck({
    id: 'unit/env-leak',
    title: 'A unit has a variable without a value',
    severity: 'warning',
    needs: ['units'],
    notes: ({ units }) =>
      units.units
        .filter(({ directives }) => directives.senseless.length > 0)
        .map((unit) => ({
          text: `${unit.path} sets ${unit.directives.senseless.join(', ')} to the word undefined or null`,
          remedies: unitRemedies(brief(unit), {
            keys: ['Environment'],
            instead: ['[Service]', `UnsetEnvironment=${unit.directives.senseless.join(' ')}`],
          }),
        })),
    why: 'The program takes the word for a path, a token or a profile.',
    manual:
      'An installer copied a variable that was not set. Only an allowlist of variables goes into units of this program, and only real values.',
  }),
  noteCheck({
    id: 'unit/env-shadow',
    title: 'A token in the unit differs from the one in the config',
    severity: 'warning',
    needs: ['units', 'config'],
    notes: ({ units, config }) =>
      units.units
        .filter(
          ({ kind, directives }) =>
            kind === 'gateway' &&
            directives.secrets.some(
              ({ name, sameAsConfig }) =>
                /^(CLAWDBOT|MOLTBOT|OPENCLAW)_GATEWAY_TOKEN$/.test(name) && !sameAsConfig,
            ),
        )
        .filter(() => config.settings.sources.token === 'config')
        .map((unit) => ({
          text: `${unit.path} sets a gateway token that is not the one of ${config.path}`,
          remedies: unitRemedies(brief(unit), {
            keys: ['Environment'],
            instead: [
              '[Service]',
              `UnsetEnvironment=${unit.directives.secrets.map(({ name }) => name).join(' ')}`,
            ],
          }),
        })),
    why: 'Depending on which wins, either the service or every client presents the wrong token.',
    manual:
      'This gateway takes the token of the config before that of the environment, the real one the environment first. Keep it in one place: the config, 0600.',
  }),
  noteCheck({
    id: 'unit/path',
    title: 'PATH of a unit has unsafe directories',
    severity: 'warning',
    needs: ['units', 'copies'],
    notes: ({ units, copies }) =>
      units.units.flatMap((unit) => {
        const unsafe = unit.directives.path.filter(
          (directory) =>
            !directory.startsWith('/') || copies.unsafe.some((entry) => entry.directory === directory),
        );
        if (unsafe.length === 0) return [];
        return [
          {
            text: `${unit.path}: ${unsafe.join(', ')}`,
            remedies: unitRemedies(brief(unit), {
              keys: ['Environment'],
              instead: [
                '[Service]',
                `Environment=PATH=${unit.directives.path.filter((entry) => !unsafe.includes(entry)).join(':')}`,
              ],
            }),
          },
        ];
      }),
    why: 'Others can put a program there that the service then runs.',
    manual: 'PATH of a service should hold absolute directories that only their owner may write to.',
  }),
  noteCheck({
    id: 'unit/ordering',
    title: 'A user unit waits for units its manager does not have',
    severity: 'advice',
    needs: ['units'],
    notes: ({ units }) =>
      units.units
        .filter(({ scope, isOurs }) => scope === 'user' && !isOurs)
        .flatMap((unit) => {
          const lost = unit.directives.after.filter((name) =>
            /^(network-online\.target|network\.target|tailscaled\.service)$/.test(name),
          );
          return lost.length === 0
            ? []
            : [
                {
                  text: `${unit.path}: After=${lost.join(' ')} has no effect`,
                  remedies: [
                    systemctl(unit.scope, 'edit', '--full', unit.unit),
                    advice(`Take ${lost.join(' ')} out of After= and Wants=; a drop-in cannot.`),
                  ],
                },
              ];
        }),
    why: 'The program starts before the network is there and has to wait by itself.',
    manual:
      'network-online.target and tailscaled.service belong to the system manager. A user manager does not know them and ignores the ordering without a word.',
  }),
];
