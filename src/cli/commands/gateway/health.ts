import { OpsError } from '../../../state/index.ts';
import { withGateway } from '../../connection/open-gateway.ts';
import { listIn, numberIn, recordOf, textIn } from '../../connection/payload.ts';
import { escapeText } from '../../output/escape-text.ts';
import type { CommandRun } from '../../program/command-spec.ts';

/** `gateway health`: `Gateway Health`, `OK (12ms)`, one line per channel. Exit 1 when the gateway says it is not well. */
export const run: CommandRun = async (cli, { options }) => {
  const health = await withGateway({ cli, options, intention: 'ask for the health' }, (gateway) =>
    gateway.call('health'),
  );
  if (recordOf(health)['ok'] !== true) {
    throw new OpsError('gateway/refused', 'cannot call the gateway healthy: it answers that it is not', {
      evidence: { health },
    });
  }
  if (cli.out.json) {
    cli.out.value(health);
    return 0;
  }
  const durationMs = numberIn(health, 'durationMs');
  cli.out.line('Gateway Health');
  cli.out.line(durationMs === undefined ? 'OK' : `OK (${durationMs}ms)`);
  for (const name of listIn(health, 'channelOrder')) {
    const label = textIn(recordOf(health)['channelLabels'], String(name)) || String(name);
    cli.out.line(escapeText(label));
  }
  return 0;
};
