import { type CaseFacts, type DecisionCase, decideCase, parseCase } from './decide-case.ts';
import { type FileFacts, realFileFacts } from './file-facts.ts';
import { absoluteDirectories, type HostFacts, readHostFacts } from './host-facts.ts';
import { imagineSetup } from './imagine-setup.ts';
import type { StartPlan } from './plan.ts';
import { verifyFacts } from './verify-facts.ts';
import { ELF_START, VirtualFiles } from './virtual-files.ts';

/** What `approvals explain --stdin` prints for one case. */
export type CaseAnswer = { id: string; decision: 'allow' | 'ask' | 'deny'; reason: string };

/**
 * Decides on cases in the format of exec-corpus.md, one JSON object a line, each with its own policy. Nothing is run:
 * a case that still has `{T}` in it gets an imagined directory, prepared in memory by its `setup` line and changed by
 * its `between` line; files in `needs` that are not installed are imagined as well. A case without `{T}` is decided
 * on the files that are really there.
 */
export function* explainCases(
  lines: Iterable<string>,
  { files = realFileFacts, host = readHostFacts() }: { files?: FileFacts; host?: HostFacts } = {},
): Generator<CaseAnswer> {
  let number = 0;
  for (const line of lines) {
    number += 1;
    if (line.trim() !== '') yield explainCase(line, { number, files, host });
  }
}

function explainCase(
  line: string,
  { number, files, host }: { number: number; files: FileFacts; host: HostFacts },
): CaseAnswer {
  const imagined = line.includes('{T}');
  // A path that exists on no machine; the text is JSON and the path needs no escaping in it.
  const directory = `/var/lib/clawdbot-case-${number}`;
  let given: DecisionCase | undefined;
  try {
    given = parseCase(JSON.parse(line.replaceAll('{T}', directory)));
  } catch {
    return { id: `line ${number}`, decision: 'deny', reason: 'the line is not JSON' };
  }
  if (given === undefined)
    return { id: `line ${number}`, decision: 'deny', reason: 'the line is not a case' };
  const id = given.id ?? `line ${number}`;
  const layer = new VirtualFiles({ base: files, owner: host.uid });
  const caseFacts: CaseFacts = {
    files: layer,
    host: caseHost(given, { host, directory: imagined ? directory : undefined }),
    verify: (plan: StartPlan) => verifyFacts(plan, layer, caseFacts.host),
  };
  const strange = imagined ? prepare(given, { layer, directory, facts: caseFacts }) : undefined;
  imagineNeeds(given, { files, layer });
  if (strange !== undefined)
    return { id, decision: 'deny', reason: `the preparation is not understood: ${strange}` };
  const { decision, reason } = decideCase(given, caseFacts);
  return { id, decision, reason };
}

/** Prepares the imagined directory; returns what of the preparation was not understood. */
function prepare(
  given: DecisionCase,
  { layer, directory, facts }: { layer: VirtualFiles; directory: string; facts: CaseFacts },
): string | undefined {
  layer.directory(directory);
  layer.directory(`${directory}/home`);
  const { setup, between } = given;
  const foreign = given.platform === 'win32';
  const strange =
    typeof setup === 'string' && !foreign ? imagineSetup(setup, { files: layer, cwd: directory }) : undefined;
  if (typeof between === 'string') {
    facts.between = () => {
      // What is not understood may change anything, so everything decided on counts as changed.
      if (imagineSetup(between, { files: layer, cwd: directory }) !== undefined) layer.remove(directory);
    };
  }
  return strange;
}

function imagineNeeds(
  given: DecisionCase,
  { files, layer }: { files: FileFacts; layer: VirtualFiles },
): void {
  const needs: unknown = given.needs;
  if (!Array.isArray(needs)) return;
  for (const path of needs) {
    if (typeof path === 'string' && path.startsWith('/') && files.look(path) === undefined) {
      layer.installed(path, ELF_START);
    }
  }
}

/** The host of a case: `host` of the case, its platform, and for imagined directories the default of the format. */
function caseHost(
  given: DecisionCase,
  { host, directory }: { host: HostFacts; directory: string | undefined },
): HostFacts {
  const own: unknown = given.host;
  const named =
    typeof own === 'object' && own !== null ? new Map<string, unknown>(Object.entries(own)) : new Map();
  const path = named.get('PATH') ?? '/usr/bin:/bin';
  const home = named.get('HOME') ?? (directory === undefined ? host.home : `${directory}/home`);
  const platform = given.platform;
  return {
    ...host,
    home: typeof home === 'string' ? home : host.home,
    searchPath: typeof path === 'string' ? absoluteDirectories(path) : host.searchPath,
    cwd: directory ?? host.cwd,
    platform: typeof platform === 'string' ? platform : 'linux',
  };
}
