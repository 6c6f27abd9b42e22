import { existsSync, writeFileSync } from 'node:fs';
import { PATIENCE_MS } from '../../patience.ts';
import { type Ended, startChild } from './child.ts';
import { scratchHome } from './scratch.ts';
import { commandOf, configPathOf, environmentOf, type Software } from './software.ts';

/** A command line client with its own home (so: its own device identity) that knows one gateway. */
export type Cli = {
  software: Software;
  home: string;
  /** Runs one command to its end. */
  run(args: readonly string[], options?: { stdin?: string }): Promise<Ended>;
  /** Runs a command that must end with status 0 and print JSON (after anything else it prints first). */
  json(args: readonly string[]): Promise<unknown>;
};

/** Commands that change nothing. */
const LOOKS = new Set([
  'list',
  'status',
  'describe',
  'get',
  'pending',
  'health',
  'probe',
  'logs',
  'presence',
]);

/** The published command lines give a gateway 10 s to answer, which the published gateways need at times on a busy machine. */
function gaveUp({ exitCode, stdout, stderr }: Ended): boolean {
  return exitCode !== 0 && /gateway timeout after \d+ ?ms/.test(stdout + stderr);
}

/** Makes a client. Its config is what a person would write: the port and the shared token. */
export function makeCli(
  stack: AsyncDisposableStack,
  spec: { software: Software; port: number; token: string; home?: string },
): Cli {
  const home = spec.home ?? scratchHome(stack, `${spec.software}-cli`);
  const config = configPathOf(spec.software, home);
  if (!existsSync(config)) {
    const gateway = { mode: 'local', port: spec.port, auth: { mode: 'token', token: spec.token } };
    writeFileSync(config, JSON.stringify({ gateway }), { mode: 0o600 });
  }
  const runOnce = async (args: readonly string[], options: { stdin?: string } = {}): Promise<Ended> => {
    const child = startChild({
      command: commandOf(spec.software, args),
      env: environmentOf(spec.software, home),
      cwd: home,
      ...options,
    });
    const timer = setTimeout(() => void child.stop('SIGKILL'), PATIENCE_MS);
    try {
      return await child.ended;
    } finally {
      clearTimeout(timer);
    }
  };
  const run = async (args: readonly string[], options: { stdin?: string } = {}): Promise<Ended> => {
    let end = await runOnce(args, options);
    const isLook = args.some((word) => LOOKS.has(word));
    for (let tries = 1; tries < 5 && isLook && spec.software !== 'own' && gaveUp(end); tries += 1)
      end = await runOnce(args, options);
    return end;
  };
  return {
    software: spec.software,
    home,
    run,
    json: async (args) => {
      const end = await run(args);
      if (end.exitCode !== 0)
        throw new Error(`cannot run ${args.join(' ')}: status ${end.exitCode}\n${end.stdout}${end.stderr}`);
      return jsonIn(end.stdout);
    },
  };
}

/** The JSON document that ends a text; the published CLI prints a summary line before some of them. */
function jsonIn(text: string): unknown {
  for (const start of text.matchAll(/^[[{]/gm)) {
    try {
      return JSON.parse(text.slice(start.index));
    } catch {
      // a table line that happens to start with a bracket; the next candidate decides
    }
  }
  throw new Error(`cannot find JSON in:\n${text}`);
}
