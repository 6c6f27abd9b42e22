import type { DeviceTokenSummary } from '../../../protocol/index.ts';
import { withGateway } from '../../connection/open-gateway.ts';
import { fetchDevices } from '../../nodes/fetch-pairing.ts';
import { renderTable } from '../../output/render-table.ts';
import { ageText } from '../../output/time-text.ts';
import type { CommandRun } from '../../program/command-spec.ts';

/** `devices list` (cli-and-state §5). Tokens themselves are never in the answer, only their roles and state. */
export const run: CommandRun = async (cli, { options }) => {
  const { pending, paired } = await withGateway({ cli, options, intention: 'list devices' }, fetchDevices);
  if (cli.out.json) {
    cli.out.value({ pending, paired });
    return 0;
  }
  if (pending.length + paired.length === 0) {
    cli.out.line('No device pairing entries.');
    return 0;
  }
  const now = Date.now();
  if (pending.length > 0) {
    cli.out.line(`Pending (${pending.length})`);
    const rows = pending.map((request) => [
      request.requestId,
      request.displayName ?? request.deviceId,
      (request.roles ?? [request.role ?? '']).join(', '),
      request.remoteIp ?? '',
      ageText(request.ts, now),
      request.isRepair === true ? 'repair' : '',
    ]);
    for (const line of renderTable(['Request', 'Device', 'Role', 'IP', 'Age', 'Flags'], rows))
      cli.out.line(line);
  }
  if (pending.length > 0 && paired.length > 0) cli.out.line();
  if (paired.length > 0) {
    cli.out.line(`Paired (${paired.length})`);
    const rows = paired.map((device) => [
      device.displayName ?? device.deviceId,
      device.deviceId.slice(0, 12),
      (device.roles ?? [device.role ?? '']).join(', '),
      (device.scopes ?? []).join(', '),
      (device.tokens ?? []).map(tokenText).join(', ') || 'none',
      device.remoteIp ?? '',
    ]);
    for (const line of renderTable(['Device', 'ID', 'Roles', 'Scopes', 'Tokens', 'IP'], rows))
      cli.out.line(line);
  }
  return 0;
};

function tokenText({ role, revokedAtMs }: DeviceTokenSummary): string {
  return revokedAtMs === undefined ? role : `${role} (revoked)`;
}
