import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { PATIENCE_MS } from '../patience.ts';
import type { Host } from '../systemd/host.ts';
import { AUTHORITY } from './tailnet.ts';

/**
 * Debian's Chromium as alice runs it on a host: its network, its resolver, her home. It trusts the test's authority the way
 * an administrator makes it (policy `CACertificates`; what update-ca-certificates adds does not count for Chromium).
 */
export async function openChromiumOn(host: Host): Promise<{ page: Page; close(): Promise<void> }> {
  const authority = readFileSync(host.path(AUTHORITY), 'utf8').replaceAll(/-----[^-]+-----|\s/g, '');
  await host.root(['mkdir', '-p', '/etc/chromium/policies/managed']);
  writeFileSync(
    host.path('/etc/chromium/policies/managed/test-authority.json'),
    JSON.stringify({ CACertificates: [authority] }),
  );
  const folder = mkdtempSync(join(tmpdir(), 'chromium-on-'));
  const program = join(folder, 'chromium');
  const enter = `nsenter -t ${host.leader()} -m -u -i -n -p -C --wdns=/home/alice`;
  const become = `setpriv --reuid=${host.uid} --regid=${host.uid} --init-groups env HOME=/home/alice`;
  writeFileSync(program, `#!/bin/sh\nexec ${enter} ${become} /usr/bin/chromium "$@"\n`, { mode: 0o755 });
  const browser = await chromium.launch({
    timeout: PATIENCE_MS,
    executablePath: program,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  });
  const page = await browser.newPage({ locale: 'en-GB', viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(PATIENCE_MS);
  return {
    page,
    close: async () => {
      await browser.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
