import { after, before } from 'node:test';
import { bootHost, type Host, hostSkipReason } from './host.ts';
import { installCopy } from './installed-copy.ts';

/**
 * Boots one host for all tests of a file, with the built package installed, and closes it after the last one. `give` gets
 * it before the first test. Returns why there can be none, for `test(…, { skip })`; `cannot` is a reason of the file's own.
 */
export function hostOfFile(give: (host: Host) => void, cannot: string | false = false): string | false {
  const reason = hostSkipReason() ?? cannot;
  let host: Host | undefined;
  before(async () => {
    if (reason !== false) return;
    host = await bootHost();
    installCopy(host);
    give(host);
  });
  after(async () => host?.close());
  return reason;
}
