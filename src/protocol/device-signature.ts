/** Version of the signed string: v1 without a nonce, v2 with it, v3 also with platform and family (protocol 4 clients). */
export type SignatureVersion = 'v1' | 'v2' | 'v3';

/**
 * The version a client signs for a challenge: v1 without one; v3, which covers platform and family too, for gateways
 * that show by `capabilities` that they are of protocol 4; v2 for those of protocol 3, which know no other
 * (protocol-now §§3.4, 2.3).
 */
export function signatureVersionFor(
  challenge: { capabilities?: readonly string[] } | undefined,
): SignatureVersion {
  if (challenge === undefined) return 'v1';
  return challenge.capabilities === undefined ? 'v2' : 'v3';
}

/** What a device signs when it connects. Values exactly as sent in the `connect` parameters. */
export type SignedConnect = {
  deviceId: string;
  clientId: string;
  clientMode: string;
  /** After defaulting (`operator` when none was sent). */
  role: string;
  /** As sent, in the order sent; without the gateway's default. */
  scopes: readonly string[];
  signedAtMs: number;
  /** The first present of `auth.token`, `auth.deviceToken`, `auth.bootstrapToken`, else empty. Never the password. */
  token: string;
  nonce: string;
  platform: string;
  deviceFamily: string;
};

/**
 * The exact text under the Ed25519 signature of `connect.device`.
 * Source: gateway protocol 3 §5 and protocol 4 §3.4, checked against vectors made by the real programs.
 */
export function signedConnectText(version: SignatureVersion, connect: SignedConnect): string {
  const fields = [
    version,
    connect.deviceId,
    connect.clientId,
    connect.clientMode,
    connect.role,
    connect.scopes.join(','),
    String(connect.signedAtMs),
    connect.token,
  ];
  if (version !== 'v1') fields.push(connect.nonce);
  if (version === 'v3')
    fields.push(asciiLower(connect.platform.trim()), asciiLower(connect.deviceFamily.trim()));
  return fields.join('|');
}

/** Lower-cases A-Z only; `toLowerCase` would also change letters outside ASCII. */
function asciiLower(value: string): string {
  return value.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
