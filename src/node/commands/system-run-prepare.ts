import { prepareRun } from '../run/prepare-run.ts';
import { readRunParams } from './read-run-params.ts';
import { done, type InvokeReply, invalid } from './reply.ts';
import type { RunHost } from './system-run.ts';

/**
 * `system.run.prepare`, parameters of `system.run`: the plan of the run, to be shown to people and handed back with
 * their answer. `allowAlwaysCoverage` is left incomplete: what "always" may store is decided here when it is answered.
 */
export function prepareCommand(params: unknown, host: Pick<RunHost, 'policy' | 'plans'>): InvokeReply {
  const read = readRunParams(params);
  if (read.kind === 'invalid') return invalid(read.message);
  const prepared = prepareRun(read.params, host.policy);
  if (prepared.kind === 'refused') return invalid(prepared.message);
  const { plan, binding, settings } = prepared;
  host.plans.remember(plan, binding, Date.now());
  return done({
    plan,
    execPolicy: { security: settings.security, ask: settings.ask },
    allowAlwaysCoverage: { complete: false, patterns: [] },
  });
}
