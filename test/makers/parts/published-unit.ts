import { type HostSetup, UNITS } from '../host-maker.ts';

/** A unit of another product beside ours. */
export const PUBLISHED = 'openclaw-gateway.service';

/**
 * Writes that unit, without its known faults but for what `service` and `unit` add, and has it loaded. It is neither enabled
 * nor started, so it is in nobody's way.
 */
export async function publishedUnit(
  setup: HostSetup,
  { unit = [], service = [] }: { unit?: readonly string[]; service?: readonly string[] },
): Promise<void> {
  await setup.writeAsAlice(`${UNITS}/${PUBLISHED}`, [
    ...['[Unit]', ...unit],
    ...['[Service]', 'ExecStart=/usr/bin/env openclaw gateway --port 18789', ...service],
  ]);
  await setup.systemctl('daemon-reload');
}

/** It is gone, with what was laid beside it. */
export async function withoutPublishedUnit(setup: HostSetup): Promise<void> {
  await setup.systemctl('stop', PUBLISHED);
  await setup.host.root(['rm', '-rf', `${UNITS}/${PUBLISHED}`, `${UNITS}/${PUBLISHED}.d`]);
  await setup.systemctl('daemon-reload');
}
