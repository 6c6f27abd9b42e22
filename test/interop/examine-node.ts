/**
 * Lets recorded gateways ask a live node host what they once asked the published one:
 *   node test/interop/examine-node.ts real|own [recording…]
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Difference } from '../replay/compare.ts';
import { approvalsBefore, examineNode } from '../replay/play-node-gateway.ts';
import { readTranscript } from '../replay/transcript.ts';
import { startNodeHost } from './lib/node-host.ts';
import { scratchHome } from './lib/scratch.ts';
import type { Software } from './lib/software.ts';

/** Recordings whose node side says something about the node host and not about this machine. */
export const NODE_RECORDINGS = [
  'exec-approvals-node-get-set',
  'exec-approvals-stale-hash',
  'invoke-system-which',
  'run-allowlist-miss',
  'run-allowlisted',
  'run-approval-allow-always',
  'run-approval-allow-once',
  'run-auto-allow-skills',
  'run-command-timeout',
  'run-env-override',
  'run-invoke-timeout-late-result',
  'run-killed-by-signal',
  'run-needs-approval',
  'run-output-truncated',
  'run-screen-recording',
  'run-security-deny',
  'run-spawn-error',
] as const;

/** Examines one node host with one recording, from a fresh home that holds the approvals the recording starts with. */
export async function examineOne(software: Software, name: string): Promise<Difference[]> {
  await using stack = new AsyncDisposableStack();
  const transcript = readTranscript('v3', name);
  const home = scratchHome(stack, `${software}-node`);
  writeFileSync(join(home, '.clawdbot', 'exec-approvals.json'), JSON.stringify(approvalsBefore(transcript)), {
    mode: 0o600,
  });
  const examination = await examineNode(
    stack,
    transcript,
    software === 'own' ? { neverAsked: ['skills.bins'] } : {},
  );
  const node = startNodeHost(stack, {
    software,
    port: examination.port,
    token: 'SHARED-GATEWAY-TOKEN',
    displayName: 'build box',
    home,
  });
  try {
    return await examination.done;
  } catch (cause) {
    throw new Error(
      `cannot finish ${name}: ${cause instanceof Error ? cause.message : String(cause)}\n${node.output()}`,
    );
  }
}

if (import.meta.main) {
  const [software, ...asked] = process.argv.slice(2);
  if (software !== 'real' && software !== 'own')
    throw new Error('cannot examine: say real or own, then recordings');
  for (const name of asked.length > 0 ? asked : NODE_RECORDINGS) {
    const differences = await examineOne(software, name).catch((cause: unknown) => String(cause));
    console.log(`${name}: ${differences.length === 0 ? 'same' : 'DIFFERS'}`);
    if (typeof differences === 'string') console.log(`  ${differences}`);
    else
      for (const { path, kind, sample, live } of differences)
        console.log(
          `  ${kind} ${path}\n    recorded ${JSON.stringify(sample)?.slice(0, 400)}\n    live     ${JSON.stringify(live)?.slice(0, 400)}`,
        );
    if (differences.length > 0) process.exitCode = 1;
  }
}
