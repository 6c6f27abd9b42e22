const SECRET_KEY = /["']?[\w.-]*(?:token|password|secret|apikey|api_key)["']?/i;

/**
 * The text of a config with the values of keys that sound like a secret replaced, for looking at it where others may
 * look too. Line by line on purpose: it has to work on text that is not valid.
 */
export function maskSecrets(text: string): string {
  const pattern = new RegExp(
    `(${SECRET_KEY.source}\\s*:\\s*)("(?:[^"\\\\]|\\\\.)*"?|'(?:[^'\\\\]|\\\\.)*'?|[^,}\\s{\\[][^,}\\n]*)`,
    'gi',
  );
  return text.replace(pattern, (_whole, key: string) => `${key}"••••••"`);
}
