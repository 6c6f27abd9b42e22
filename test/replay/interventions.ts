import { textAt } from './json.ts';
import type { Player } from './player.ts';
import type { Line } from './transcript.ts';

/** Something that was done to the gateway between two recorded lines, by hand or on a connection that was not recorded. */
type Intervention = {
  /** 1-based line of the file before which it happened. */
  beforeLine: number;
  act(player: Player): Promise<unknown>;
};

const LAPTOP = '9dc4e2925daa28435078224d91974864b471b83b06772c09b091289adbddbafa';

const INTERVENTIONS: Readonly<Record<string, readonly Intervention[]>> = {
  'device-pair-lifecycle': [
    {
      beforeLine: 20,
      act: (player) =>
        player.asAdmin('device.pair.reject', {
          requestId: live(player, 'a461df9c-7d10-4165-b6f7-d5e3f0d5d1eb'),
        }),
    },
    {
      beforeLine: 48,
      act: (player) =>
        player.asAdmin('device.pair.approve', {
          requestId: live(player, '007b3319-0f2f-40f5-ae49-3b437afaa4d2'),
        }),
    },
    {
      beforeLine: 69,
      act: (player) =>
        player.asAdmin('device.token.rotate', { deviceId: live(player, LAPTOP), role: 'node' }),
    },
  ],
  'gateway-restart-config-patch': [{ beforeLine: 6, act: learnConfigHash }],
  // `stop` resolves when the process is gone; the lines are what its clients see meanwhile
  'gateway-shutdown': [
    { beforeLine: 1, act: async (player) => void player.gateway.stop() },
    { beforeLine: 7, act: (player) => player.gateway.stop() },
    { beforeLine: 19, act: (player) => player.gateway.start() },
  ],
};

/** Does what was done before this line of this recording, if anything. */
export async function intervene(player: Player, transcript: string, line: Line): Promise<void> {
  for (const step of INTERVENTIONS[transcript] ?? [])
    if (step.beforeLine === line.line) await step.act(player);
}

/** The recorded hash was read on a connection of its own before the recording starts. */
async function learnConfigHash(player: Player): Promise<void> {
  const hash = textAt(await player.asAdmin('config.get', {}), 'hash');
  if (hash === undefined) throw new Error('cannot learn the hash of the configuration: config.get has none');
  player.bindings.bind('cfd2757bcfcb3fc2e4b102df9adcb9af237e465c772b56a8c255de7661d87f78', hash);
}

function live(player: Player, sample: string): string {
  return textAt({ value: player.bindings.toLive(sample) }, 'value') ?? sample;
}
