import { generateDeviceKeys, publicKeyOnWire } from '../../src/protocol/host/index.ts';
import { openDatabase } from '../../src/state/index.ts';
import type { Maker } from './maker.ts';

export const maker: Maker = {
  id: 'node/pending-elsewhere',
  base: 'serving',
  make: ({ paths }) => {
    const store = openDatabase(paths.database);
    const keys = generateDeviceKeys();
    store.devices.request(
      {
        deviceId: keys.deviceId,
        publicKey: publicKeyOnWire(keys.publicKeyPem),
        role: 'node',
        scopes: [],
        displayName: 'box',
        silent: false,
      },
      Date.now(),
    );
    store.close();
    return undefined;
  },
};
