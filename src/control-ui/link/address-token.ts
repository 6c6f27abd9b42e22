/**
 * Takes the token out of the address (`#token=…`), and says what the address should be from now on. Everything else
 * that an address could say about where to connect is ignored: a link must not send the token elsewhere (F-97).
 */
export function takeTokenFromAddress(address: string): { token: string | undefined; clean: string } {
  const url = new URL(address);
  const inFragment = new URLSearchParams(url.hash.replace(/^#\/?/, '')).get('token');
  if (inFragment !== null) url.hash = '';
  // The published page used the query; such a link already travelled through logs, but need not stay visible.
  const inQuery = url.searchParams.get('token');
  url.search = '';
  return { token: inFragment || inQuery || undefined, clean: url.href };
}
