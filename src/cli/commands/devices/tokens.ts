import { withGateway } from '../../connection/open-gateway.ts';
import { fetchDevices } from '../../nodes/fetch-pairing.ts';
import { pickDevice } from '../../nodes/pick-device.ts';
import type { CommandRun } from '../../program/command-spec.ts';
import { neededText } from '../../program/needed-option.ts';
import { textsOption } from '../../program/option-values.ts';

/** `devices rotate`: JSON with the new token. Printing it is this command's purpose. */
export const rotate: CommandRun = async (cli, { options }) => {
  const query = neededText(options, 'device', 'rotate a token');
  const role = neededText(options, 'role', 'rotate a token');
  const scopes = textsOption(options, 'scope');
  const intention = `rotate the ${role} token of ${query}`;
  const answer = await withGateway({ cli, options, intention }, async (gateway) => {
    const { deviceId } = pickDevice((await fetchDevices(gateway)).paired, query, intention);
    return gateway.call('device.token.rotate', {
      deviceId,
      role,
      ...(scopes.length === 0 ? {} : { scopes }),
    });
  });
  cli.out.value(answer);
  return 0;
};

/** `devices revoke`: JSON. */
export const revoke: CommandRun = async (cli, { options }) => {
  const query = neededText(options, 'device', 'revoke a token');
  const role = neededText(options, 'role', 'revoke a token');
  const intention = `revoke the ${role} token of ${query}`;
  const answer = await withGateway({ cli, options, intention }, async (gateway) => {
    const { deviceId } = pickDevice((await fetchDevices(gateway)).paired, query, intention);
    const revoked = await gateway.call('device.token.revoke', { deviceId, role });
    return { deviceId, revoked };
  });
  cli.out.value(answer.revoked);
  // The device stays paired: with the shared token it gets in and receives a new device token (gateway-protocol §8).
  cli.out.note(
    `Whoever holds the shared token can still connect as this device. To make it ask again: ${cli.self} devices remove ${answer.deviceId}`,
  );
  return 0;
};
