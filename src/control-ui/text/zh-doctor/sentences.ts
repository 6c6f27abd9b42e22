import { config } from './config.ts';
import { gateway } from './gateway.ts';
import { lock } from './lock.ts';
import { machine } from './machine.ts';
import { node } from './node.ts';
import { owners } from './owners.ts';
import { peers } from './peers.ts';
import { port } from './port.ts';
import { published } from './published.ts';
import { security } from './security.ts';
import { service } from './service.ts';
import { settings } from './settings.ts';
import { state } from './state.ts';
import { storm } from './storm.ts';
import { tailnet } from './tailnet.ts';
import { unit } from './unit.ts';

/**
 * What the checks of the doctor say, what it knows of services and what the settings are for, in simplified Chinese, by
 * the English sentence; `{1}` and so on stand for what is filled in. A test compares the keys with the sources.
 */
export const SENTENCES: Readonly<Record<string, string>> = {
  ...config,
  ...gateway,
  ...lock,
  ...machine,
  ...node,
  ...owners,
  ...peers,
  ...port,
  ...published,
  ...security,
  ...service,
  ...settings,
  ...state,
  ...storm,
  ...tailnet,
  ...unit,
};
