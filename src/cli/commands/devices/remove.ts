import { OpsError } from '../../../state/index.ts';
import { withGateway } from '../../connection/open-gateway.ts';
import { fetchDevices } from '../../nodes/fetch-pairing.ts';
import { pickDevice } from '../../nodes/pick-device.ts';
import type { CommandRun } from '../../program/command-spec.ts';
import { textOption } from '../../program/option-values.ts';

/** `devices remove`: protocol 3 has no such method, our gateway and the successor do. */
export const run: CommandRun = async (cli, { args, options }) => {
  const query = args[0] ?? textOption(options, 'device');
  if (query === undefined)
    throw new OpsError('usage', 'cannot remove a device: no device is named', {
      remedies: [{ kind: 'run', command: ['clawdbot', 'devices', 'list'] }],
    });
  const intention = `remove the device ${query}`;
  const answer = await withGateway({ cli, options, intention }, async (gateway) => {
    const { deviceId } = pickDevice((await fetchDevices(gateway)).paired, query, intention);
    await gateway.call('device.pair.remove', { deviceId });
    return { deviceId };
  });
  if (cli.out.json) cli.out.value(answer);
  cli.out.line(`Removed ${answer.deviceId}`);
  return 0;
};
