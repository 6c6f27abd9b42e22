/**
 * Replays recordings against published or own gateways, a fresh one for each:
 *   node test/replay/replay.ts real|own [recording…]
 * Prints what differs (for own: and is not a deliberate difference); exit status 1 when something does.
 */
import { startGateway } from '../interop/lib/gateway.ts';
import type { Software } from '../interop/lib/software.ts';
import { GATEWAY_DIFFERENCES, mayBeMissing, unexplained } from './deliberate-differences.ts';
import { playClientSide } from './play-client-side.ts';
import { listTranscripts, readTranscript } from './transcript.ts';

const [software, ...asked] = process.argv.slice(2);
if (software !== 'real' && software !== 'own')
  throw new Error('cannot replay: say real or own, then recordings');
let failed = 0;
for (const name of asked.length > 0 ? asked : listTranscripts('v3'))
  failed += await replayOne(software, name);
console.log(failed === 0 ? 'no differences' : `${failed} recordings differ`);
process.exitCode = failed === 0 ? 0 : 1;

async function replayOne(kind: Software, name: string): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const gateway = await startGateway(stack, kind);
  const startedAt = performance.now();
  const options =
    kind === 'own'
      ? {
          neverSent: ['voicewake.changed'],
          mayBeMissing: (path: string) => mayBeMissing(GATEWAY_DIFFERENCES, name, path),
        }
      : {};
  const played = await playClientSide(gateway, readTranscript('v3', name), options).catch(
    (cause: unknown) => {
      console.log(`${name}: ${cause instanceof Error ? cause.message : String(cause)}`);
      return undefined;
    },
  );
  if (played === undefined) return 1;
  const findings = kind === 'own' ? unexplained(GATEWAY_DIFFERENCES, name, played) : played;
  console.log(
    `${name}: ${findings.length === 0 ? 'same' : 'DIFFERS'} (${Math.round(performance.now() - startedAt)} ms)`,
  );
  for (const { line, conn, kind: how, path, sample, live } of findings)
    console.log(
      `  line ${line} ${conn} ${how} ${path}\n    recorded ${short(sample)}\n    live     ${short(live)}`,
    );
  return findings.length === 0 ? 0 : 1;
}

function short(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 300);
}
