import * as z from 'zod/mini';
import { CLIENT_IDS, CLIENT_MODES } from './client-names.ts';

const text = z.string().check(z.minLength(1));
const texts = z.array(text);

/**
 * `connect` parameters of protocols 3 and 4 (gateway-protocol §4, protocol-now §3.1); closed on every level, as in both
 * references. What only protocol 4 has is marked.
 */
export const connectParamsSchema = z.strictObject({
  minProtocol: z.int().check(z.gte(1)),
  maxProtocol: z.int().check(z.gte(1)),
  client: z.strictObject({
    id: z.enum(CLIENT_IDS),
    version: text,
    platform: text,
    mode: z.enum(CLIENT_MODES),
    displayName: z.optional(text),
    deviceFamily: z.optional(text),
    modelIdentifier: z.optional(text),
    instanceId: z.optional(text),
    /** 4 */
    buildId: z.optional(text.check(z.maxLength(96))),
    /** 4 */
    timeZone: z.optional(text.check(z.maxLength(64))),
  }),
  role: z.optional(text),
  scopes: z.optional(texts),
  caps: z.optional(texts),
  commands: z.optional(texts),
  permissions: z.optional(z.record(z.string(), z.boolean())),
  pathEnv: z.optional(z.string()),
  /** 4; a plain node host leaves these three out, and they are not looked at. */
  computerUse: z.optional(z.unknown()),
  workerRuns: z.optional(z.unknown()),
  modelCatalog: z.optional(z.unknown()),
  device: z.optional(
    z.strictObject({
      id: text,
      publicKey: text,
      signature: text,
      signedAt: z.int().check(z.gte(0)),
      /** Protocol 4 requires it; see `device-proof.ts` of the gateway. */
      nonce: z.optional(text),
    }),
  ),
  auth: z.optional(
    z.strictObject({
      token: z.optional(z.string()),
      password: z.optional(z.string()),
      /** 4: the device token, when the shared one is not sent or is sent beside it. */
      deviceToken: z.optional(z.string()),
      /** 4 */
      bootstrapToken: z.optional(z.string()),
      /** 4 */
      approvalRuntimeToken: z.optional(z.string()),
      /** 4 */
      agentRuntimeIdentityToken: z.optional(z.string()),
    }),
  ),
  locale: z.optional(z.string()),
  userAgent: z.optional(z.string()),
});

export type ConnectParams = z.infer<typeof connectParamsSchema>;

/** The token under the device signature: the first present one, never the password (protocol-now §3.4). */
export function signedToken(auth: ConnectParams['auth']): string {
  return [auth?.token, auth?.deviceToken, auth?.bootstrapToken].find((token) => token) ?? '';
}
