import { withGateway } from '../../connection/open-gateway.ts';
import { recordOf, textIn } from '../../connection/payload.ts';
import { escapeText } from '../../output/escape-text.ts';
import type { CommandRun } from '../../program/command-spec.ts';

/** `devices approve`: `Approved DEVICEID`. */
export const approve: CommandRun = decide('approve', 'Approved');

/** `devices reject`: `Rejected DEVICEID`. */
export const reject: CommandRun = decide('reject', 'Rejected');

function decide(verb: 'approve' | 'reject', done: string): CommandRun {
  return async (cli, { args, options }) => {
    const requestId = args[0] ?? '';
    const intention = `${verb} the request ${requestId}`;
    const answer = await withGateway({ cli, options, intention }, (gateway) =>
      gateway.call(`device.pair.${verb}`, { requestId }),
    );
    if (cli.out.json) cli.out.value(answer);
    const deviceId = textIn(answer, 'deviceId') || textIn(recordOf(answer)['device'], 'deviceId');
    cli.out.line(`${done} ${escapeText(deviceId || requestId)}`);
    return 0;
  };
}
