import type { MethodName, MethodParams } from '../../protocol/index.ts';
import type { GatewayCore } from '../core.ts';
import type { ReadyConnection } from '../session/connections.ts';

/** Who calls, and in which gateway. */
export type Call = {
  core: GatewayCore;
  connection: ReadyConnection;
  /** Sends a first answer to this request; the method's value is the second one (two-phase requests of protocol 4). */
  respondFirst: (payload: unknown) => void;
};

/** One method: parameters are valid already, access is granted already. Its value is the payload; it throws `RequestError`. */
type Method<M extends MethodName> = (call: Call, params: MethodParams<M>) => unknown;

/** Some of the methods. */
export type Methods<M extends MethodName> = { readonly [K in M]: Method<K> };

/** How a caller is named in audit rows and events: device, else program. */
export function callerName({ peer }: ReadyConnection): string {
  return peer.client.displayName ?? peer.client.id;
}

/** Optional keys a schema left as `undefined` are taken out, as `exactOptionalPropertyTypes` wants them. */
export function withoutUndefined<T extends object>(params: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  // Dropping the undefined entries is exactly what the result type says.
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
