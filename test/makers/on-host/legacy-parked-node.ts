import { findPeer, missingPeers } from '../../interop/peer-versions.ts';
import { property } from '../../systemd/installed-copy.ts';
import { until } from '../../systemd/until.ts';
import { type HostMaker, UNITS } from '../host-maker.ts';

const UNIT = 'clawdbot-node.service';
const DATA = '/home/alice/published-node';

/** 240 s: each of its starts needs 5 to 20 s of processor time. */
const START_MS = 240_000;

/** The published node itself, with a gateway that is not there: it ends well and is started again, for ever. */
export const maker: HostMaker = {
  id: 'legacy/parked-node',
  skip: () => missingPeers('clawdbot', 'node') || undefined,
  make: async (setup) => {
    const node = [findPeer('node'), findPeer('clawdbot'), 'node', 'run', '--host', '127.0.0.1'];
    await setup.writeAsAlice(`${UNITS}/${UNIT}`, [
      ...['[Unit]', 'StartLimitIntervalSec=3600', 'StartLimitBurst=60'],
      ...['[Service]', `ExecStart=${node.join(' ')} --port 18999`, 'Restart=always', 'RestartSec=1'],
      // Its state is none of ours, and private.
      ...[`Environment=CLAWDBOT_STATE_DIR=${DATA}`, 'UMask=0077', 'KillMode=mixed'],
    ]);
    await setup.systemctl('daemon-reload');
    await setup.systemctl('start', UNIT);
    const isAgain = async () => Number(await property(setup.host, UNIT, 'NRestarts')) >= 2;
    await until('the second restart by systemd', isAgain, START_MS);
  },
  mend: {
    byHand: (setup) => setup.systemctl('stop', UNIT),
    because: 'it is approved, or its gateway started, on another machine',
  },
  clean: async (setup) => {
    await setup.systemctl('stop', UNIT);
    await setup.host.root(['rm', '-rf', `${UNITS}/${UNIT}`, DATA]);
    await setup.systemctl('daemon-reload');
  },
};
