/**
 * Lets a live command line talk to recorded gateways:
 *   node test/interop/examine-cli.ts real|own [recording…]
 */
import type { Difference } from '../replay/compare.ts';
import { examineCli } from '../replay/play-cli-gateway.ts';
import { readTranscript } from '../replay/transcript.ts';
import type { Ended } from './lib/child.ts';
import { makeCli } from './lib/cli.ts';
import type { Software } from './lib/software.ts';

/** What was typed when a recording was made, and what must come out. */
type CliRecording = {
  /** The recording was made with a client written by hand: only what comes out is judged. */
  otherClient?: true;

  args: readonly string[];
  stdout: RegExp;
  exitCode?: Readonly<Partial<Record<Software, number>>>;
};

const NODE = 'build-box';
const FAILS = { real: 1, own: 1 } as const;
const ID = '41969762ad01c6e80e38ba722f057f5540ce793bea50f5c142cc9d0e088c8676';

/** Commands by recording; each runs with a recorded gateway of its own. */
export const CLI_RECORDINGS: Readonly<Record<string, readonly CliRecording[]>> = {
  'operator-first-connect': [{ args: ['devices', 'list'], stdout: /761467a1-caa3-4391-acc1-58c7b8b92c22/ }],
  'device-pair-approve': [
    {
      args: ['devices', 'approve', '761467a1-caa3-4391-acc1-58c7b8b92c22'],
      stdout: new RegExp(`Approved ${ID}`),
    },
  ],
  'nodes-status-describe': [
    { args: ['nodes', 'status'], stdout: /Known: 1 · Paired: 1 · Connected: 1/ },
    { args: ['nodes', 'describe', '--node', NODE], stdout: /^- system\.execApprovals\.get$/m },
  ],
  'node-rename-unknown': [
    {
      args: ['nodes', 'rename', '--node', NODE, '--name', 'renamed'],
      stdout: /unknown nodeId/,
      exitCode: FAILS,
    },
  ],
  'invoke-system-which': [
    {
      args: [
        'nodes',
        'invoke',
        '--node',
        NODE,
        '--command',
        'system.which',
        '--params',
        '{"bins":["sh","git","nosuchbin"," "]}',
      ],
      stdout: /"git": "\/usr\/bin\/git"/,
    },
  ],
  'run-approval-allow-once': [
    {
      args: ['nodes', 'run', '--node', NODE, '--', 'sh', '-c', 'echo out; echo err >&2; exit 3'],
      stdout: /^out$/m,
      exitCode: { real: 1, own: 3 },
    },
  ],
  'run-approval-deny': [
    {
      args: ['nodes', 'run', '--node', NODE, '--', 'uname', '-a'],
      stdout: /exec denied: user denied/,
      exitCode: FAILS,
    },
  ],
  'run-approval-allow-always': [
    {
      args: ['nodes', 'run', '--node', NODE, '--raw', 'uname -s | tr a-z A-Z && id -u'],
      stdout: /^LINUX\n0$/m,
    },
  ],
  'exec-approvals-gateway-get': [{ args: ['approvals', 'get', '--gateway'], stdout: /Allowlist/ }],
  'cli-health': [{ args: ['gateway', 'health'], stdout: /^OK \(\d+ms\)$/m }],
  'cli-probe': [{ args: ['gateway', 'probe'], stdout: /Connect: ok/ }],
  'handshake-bad-token': [
    {
      args: ['gateway', 'health'],
      stdout: /gateway token mismatch/,
      exitCode: { real: 1, own: 78 },
      otherClient: true,
    },
  ],
};

export type CliVerdict = {
  differences: readonly Difference[];
  unrecorded: readonly string[];
  end: Ended;
  fits: boolean;
};

/** Runs one command against the gateway of a recording, with an empty home. */
export async function examineCommand(
  software: Software,
  name: string,
  recording: CliRecording,
): Promise<CliVerdict> {
  await using stack = new AsyncDisposableStack();
  const examination = await examineCli(stack, readTranscript('v3', name));
  const cli = makeCli(stack, { software, port: examination.port, token: 'SHARED-GATEWAY-TOKEN' });
  const end = await cli.run(recording.args);
  const wanted = recording.exitCode?.[software] ?? 0;
  const fits = end.exitCode === wanted && recording.stdout.test(end.stdout + end.stderr);
  const differences = recording.otherClient ? [] : [...examination.differences];
  return { differences, unrecorded: [...examination.unrecorded], end, fits };
}

if (import.meta.main) {
  const [software, ...asked] = process.argv.slice(2);
  if (software !== 'real' && software !== 'own')
    throw new Error('cannot examine: say real or own, then recordings');
  for (const [name, recordings] of Object.entries(CLI_RECORDINGS))
    for (const recording of asked.length === 0 || asked.includes(name) ? recordings : []) {
      const { differences, unrecorded, end, fits } = await examineCommand(software, name, recording);
      const same = fits && differences.length === 0 && unrecorded.length === 0;
      console.log(`${name}: ${recording.args.slice(0, 2).join(' ')}: ${same ? 'same' : 'DIFFERS'}`);
      if (unrecorded.length > 0) console.log(`  asked what was not recorded: ${unrecorded.join(', ')}`);
      if (!fits) console.log(`  ended with ${end.exitCode}\n${end.stdout}${end.stderr}`);
      for (const { path, kind, sample, live } of differences)
        console.log(
          `  ${kind} ${path}\n    recorded ${JSON.stringify(sample)?.slice(0, 300)}\n    live     ${JSON.stringify(live)?.slice(0, 300)}`,
        );
      if (!same) process.exitCode = 1;
    }
}
