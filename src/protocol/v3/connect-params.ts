import * as z from 'zod/mini';
import { CLIENT_IDS, CLIENT_MODES } from '../client-names.ts';

const text = z.string().check(z.minLength(1));
const texts = z.array(text);

/** `connect` parameters of protocol 3; closed on every level, as in the reference (gateway-protocol §4). */
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
  }),
  role: z.optional(text),
  scopes: z.optional(texts),
  caps: z.optional(texts),
  commands: z.optional(texts),
  permissions: z.optional(z.record(z.string(), z.boolean())),
  pathEnv: z.optional(z.string()),
  device: z.optional(
    z.strictObject({
      id: text,
      publicKey: text,
      signature: text,
      signedAt: z.int().check(z.gte(0)),
      nonce: z.optional(text),
    }),
  ),
  auth: z.optional(z.strictObject({ token: z.optional(z.string()), password: z.optional(z.string()) })),
  locale: z.optional(z.string()),
  userAgent: z.optional(z.string()),
});

export type ConnectParams = z.infer<typeof connectParamsSchema>;
