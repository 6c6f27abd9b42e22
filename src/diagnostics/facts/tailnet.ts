import {
  type RouteRecord,
  readRouteRecord,
  readTailnet,
  serviceAccount,
  type TailnetReading,
  type Wish,
  wishOf,
} from '../../supervisor/tailscale/index.ts';
import type { ConfigFact } from './config.ts';
import type { Context } from './context.ts';

export type TailnetFact = {
  /** The config publishes through a tailnet, or listens on its address. */
  isWanted: boolean;
  reading: TailnetReading;
  /** The route the config asks for; undefined with `gateway.tailscale.mode` off. */
  wish: Wish | undefined;
  /** The route this state directory made. */
  record: RouteRecord | undefined;
  /** The account of the service, which has to be the operator. */
  account: string;
  uid: number;
};

/** Asks the tailnet client for its state and for what it publishes, and remembers what is wanted. */
export async function collectTailnet(
  { paths, uid, helperDirectories, tailscaleSocket }: Context,
  { settings }: ConfigFact,
): Promise<TailnetFact> {
  const record = readRouteRecord(paths.stateDir);
  const isPublished = settings.tailscale.mode !== 'off';
  return {
    isWanted: isPublished || settings.bind === 'tailnet',
    reading: await readTailnet({ helperDirectories, socket: tailscaleSocket }),
    wish: isPublished ? wishOf(settings, record) : undefined,
    record,
    account: serviceAccount(paths.stateDir),
    uid,
  };
}
