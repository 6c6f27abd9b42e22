import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Broken, Setup } from '../setup.ts';

/** A directory of root with a `tailscale` that gives these answers. */
export function standInTailscale(
  setup: Setup,
  answers: { status: unknown; serve?: unknown; script?: string },
): Broken {
  const directory = join(setup.home, 'helpers');
  mkdirSync(directory, { mode: 0o755 });
  writeFileSync(join(directory, 'status.json'), JSON.stringify(answers.status));
  writeFileSync(join(directory, 'serve.json'), JSON.stringify(answers.serve ?? {}));
  const script =
    answers.script ??
    `case "$1" in status) cat ${directory}/status.json;; serve) cat ${directory}/serve.json;; esac`;
  writeFileSync(join(directory, 'tailscale'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return { helperDirectories: [directory] };
}

/** The stand-in publishes nothing any more. */
export function withoutRoutes({ home }: Setup): void {
  writeFileSync(join(home, 'helpers', 'serve.json'), '{}');
}

/** A tailnet in which all is well. */
export const RUNNING = { BackendState: 'Running', Self: { DNSName: 'box.example.ts.net.' } };

/** Only root can make a directory that is trusted. */
export function needsRoot(): string | undefined {
  return process.getuid?.() === 0 ? undefined : 'a trusted helper directory has to belong to root';
}
