import { type ClientId, type ClientMode, isControlUi } from '../../protocol/index.ts';
import type { AuthRefusal } from './authenticate.ts';

/** The refusal text for a client, in the reference's words (gateway-protocol §10): they name what *that* client can do. */
export function unauthorizedText(reason: AuthRefusal, client: { id: ClientId; mode: ClientMode }): string {
  switch (reason) {
    case 'token_missing':
      return `unauthorized: gateway token missing (${tokenHint(client)})`;
    case 'token_mismatch':
      return `unauthorized: gateway token mismatch (${tokenHint(client)})`;
    case 'password_missing':
      return `unauthorized: gateway password missing (${passwordHint(client)})`;
    case 'password_mismatch':
      return `unauthorized: gateway password mismatch (${passwordHint(client)})`;
    case 'token_missing_config':
      return 'unauthorized: gateway token not configured on gateway (set gateway.auth.token)';
    case 'password_missing_config':
      return 'unauthorized: gateway password not configured on gateway (set gateway.auth.password)';
    case 'device_token_mismatch':
      return 'unauthorized: device token mismatch (rotate/reissue device token)';
    case 'rate_limited':
      return 'unauthorized: too many failed authentication attempts (retry later)';
  }
}

function tokenHint(client: { id: ClientId; mode: ClientMode }): string {
  if (client.mode === 'cli') return 'set gateway.remote.token to match gateway.auth.token';
  if (isBrowser(client)) return 'open a tokenized dashboard URL or paste token in Control UI settings';
  return 'provide gateway auth token';
}

function passwordHint(client: { id: ClientId; mode: ClientMode }): string {
  if (client.mode === 'cli') return 'set gateway.remote.password to match gateway.auth.password';
  if (isBrowser(client)) return 'enter the password in Control UI settings';
  return 'provide gateway auth password';
}

function isBrowser(client: { id: ClientId; mode: ClientMode }): boolean {
  return isControlUi(client.id) || client.mode === 'webchat';
}
