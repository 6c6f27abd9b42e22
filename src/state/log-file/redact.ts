/** Hides secrets in a line before it is stored or shown. */
export type Redactor = {
  redact(text: string): string;
  /** From now on this exact value is hidden wherever it appears. Values under 6 characters are ignored. */
  hide(secret: string | undefined): void;
};

/**
 * Two nets: values that were named as secrets, and places where secrets usually stand. A hidden value is shown as its
 * length. Works on plain text and on JSON (also JSON inside a JSON text).
 */
export function createRedactor(): Redactor {
  const secrets = new Set<string>();
  return {
    hide: (secret) => {
      if (secret !== undefined && secret.length >= 6) {
        secrets.add(secret);
        // as it looks inside JSON and inside a URL
        secrets.add(JSON.stringify(secret).slice(1, -1));
        secrets.add(encodeURIComponent(secret));
      }
    },
    redact: (text) => {
      let result = text;
      for (const secret of secrets) {
        if (result.includes(secret)) result = result.replaceAll(secret, mask(secret));
      }
      for (const pattern of PLACES)
        result = result.replace(pattern, (_, before: string, secret: string) => before + mask(secret));
      return result;
    },
  };
}

/**
 * Each with two groups: what stays, what is hidden. Repetitions before the decisive word are bounded, so that a hostile text
 * costs time in proportion to its length and no more.
 */
const PLACES: readonly RegExp[] = [
  // "token":"…", "deviceToken": "…", also with the quotes escaped once or more
  /(\\{0,8}"[\w.-]{0,60}(?:token|password|passwd|secret|apikey|api_key|privatekeypem|privatekey|signature|authorization|cookie)\\{0,8}"\s{0,8}:\s{0,8}\\{0,8}")((?:[^"\\]|\\(?!\\{0,8}"))+)/gi,
  // token: '…' as util.inspect and JSON5 write it
  /(\b\w{0,60}(?:token|password|secret)\s{0,8}:\s{0,8}\\{0,8}["'])([^"'\\]+)/gi,
  // ?token=… in URLs, token=… in settings, CLAWDBOT_GATEWAY_TOKEN=…
  /((?:token|password|secret|api_?key)=)([^\s&"'\\#[]+)/gi,
  // --token X and --password X
  /(--(?:token|password)[ =])([^\s"'\\[]+)/g,
  /(\b(?:Bearer|Basic) {1,8})([A-Za-z0-9._~+/=-]{6,})/g,
  // user:password@ in URLs
  /(\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s/:@"']*:)([^\s/@"']+)(?=@)/gi,
  /(-----BEGIN [A-Z ]*PRIVATE KEY-----)([\s\S]*?)(?=-----END|"|$)/g,
];

function mask(secret: string): string {
  return /^\[secret \d+\]$/.test(secret) ? secret : `[secret ${secret.length}]`;
}
