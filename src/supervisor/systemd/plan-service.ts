import { statSync } from 'node:fs';
import { hostAndPort } from '../host-and-port.ts';
import { chooseInterpreter, entryScript, otherCopies, versionOfCopy } from './choose-runtime.ts';
import { keepArguments, readInstalledOptions } from './installed-options.ts';
import type { ServiceManager } from './manager.ts';
import type { Note } from './note.ts';
import { type DirectoryFacts, serviceEnvironment, servicePath } from './service-environment.ts';
import type { ServicePlan } from './service-units.ts';
import { systemdVersion } from './show-unit.ts';
import { type ServiceKind, unitNames } from './unit-names.ts';

/** What the command line knows about the service it wants. */
export type ServiceRequest = {
  kind: ServiceKind;
  profile: string | undefined;
  /** Absolute. */
  stateDir: string;
  version: string;
  /** The environment of the command. */
  env: Readonly<Record<string, string | undefined>>;
  /** What follows `clawdbot` in the unit's command: `['gateway', 'run']`. */
  args: readonly string[];
  /** The file that holds the token (`LoadCredential=`); null for the config. Undefined: as installed before. */
  tokenFile?: string | null;
  /** Where a gateway listens; empty for a node. */
  listen: readonly { host: string; port: number }[];
  /** How long a stop waits for running work; `supervisor.drainMs` of the config. */
  drainMs: number;
};

/** Works out everything the units depend on, with remarks on what will not last. @throws `unit/*` */
export async function planService(
  request: ServiceRequest,
  manager: ServiceManager,
): Promise<{ plan: ServicePlan; notes: Note[] }> {
  const names = unitNames(request.kind, request.profile);
  const installed = readInstalledOptions(manager.unitDirectory, names.service, request.kind);
  const tokenFile = request.tokenFile === undefined ? installed?.tokenFile : request.tokenFile;
  const interpreter = await chooseInterpreter(process.execPath);
  const environment = serviceEnvironment({
    shell: { ...installed?.environment, ...request.env },
    unit: names.service,
    kind: request.kind,
    version: request.version,
    path: servicePath({
      scope: manager.scope,
      kind: request.kind,
      home: manager.account.home,
      inspect: inspectDirectory,
    }),
    ...(manager.scope === 'system' ? { fixed: { CLAWDBOT_STATE_DIR: request.stateDir } } : {}),
  });
  const plan: ServicePlan = {
    kind: request.kind,
    scope: manager.scope,
    profile: request.profile,
    command: [interpreter.path, entryScript(), ...keepArguments(request.args, installed?.args ?? [])],
    tokenFile: tokenFile ?? undefined,
    environment: environment.variables,
    stateDir: request.stateDir,
    listen: request.listen.map(({ host, port }) => hostAndPort(host, port)),
    loopbackOnly: request.listen.every(({ host }) => host === '::1' || host.startsWith('127.')),
    drainSeconds: Math.ceil(request.drainMs / 1_000),
    version: request.version,
    systemdVersion: await systemdVersion(manager),
  };
  const notes = [
    ...interpreter.notes,
    ...secretNotes(environment.secretsLeftOut),
    ...copyNotes(request.env['PATH'], request.version),
  ];
  return { plan, notes };
}

/** Whether a directory may be in the PATH of a service: it is there, and only its owner and root may write to it. */
function inspectDirectory(path: string): DirectoryFacts {
  const facts = statSync(path, { throwIfNoEntry: false });
  if (facts === undefined || !facts.isDirectory()) return { kind: 'absent' };
  return { kind: 'directory', writableByOthers: (facts.mode & 0o022) !== 0 };
}

function secretNotes(names: readonly string[]): Note[] {
  return names.map((name) => ({
    id: 'unit/env-leak',
    text: `${name} of this shell is not put into the unit, where everybody could read it; the service takes it from the config`,
    commands: [],
  }));
}

function copyNotes(path: string | undefined, version: string): Note[] {
  return otherCopies(path).map((copy) => ({
    id: 'unit/two-installs',
    text: `the shell's clawdbot is ${copy} (${versionOfCopy(copy)}), the service will run ${entryScript()} (${version})`,
    commands: [['ls', '-l', copy]],
  }));
}
