import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { ServiceStatus } from '../../src/supervisor/index.ts';
import { type Program, type ProgramEvent, startProgram } from './program.ts';

/** A service in a `change` of the fixture `run-supervisor.ts`. */
export type Service = Pick<ServiceStatus, 'name' | 'state'> & { causes: string[] };

/** A supervisor in a process of its own, with short times. */
export function superviseServices(
  t: TestContext,
  dir: string,
  services: readonly object[],
  prefix: readonly string[] = [],
): Program {
  const args = ['--dir', dir, '--services', JSON.stringify(services)];
  return startProgram(t, 'run-supervisor.ts', args, { prefix });
}

/** Fits a change in which the named service satisfies the condition. */
export const when = (name: string, holds: (service: Service) => boolean) => (event: ProgramEvent) => {
  const services = event.services as Service[] | undefined; // written by run-supervisor.ts
  return event.event === 'change' && services?.some((s) => s.name === name && holds(s)) === true;
};

/** The first service of a change. */
export const serviceOf = (event: ProgramEvent) => (event.services as Service[])[0] as Service; // the tests have one service

export const fixture = (name: string) => join(import.meta.dirname, 'fixtures', name);

/** A web server of our own making that behaves in one of the ways of the fixture `misbehaves.ts`. */
export const web = (how: string, port: number, extra: object = {}) => ({
  name: 'web',
  command: [
    process.execPath,
    fixture('misbehaves.ts'),
    '--how',
    how,
    '--port',
    String(port),
    '--after',
    '600',
  ],
  readiness: { kind: 'http', url: `http://127.0.0.1:${port}/` },
  ...extra,
});
