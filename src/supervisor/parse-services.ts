import * as z from 'zod/mini';
import { OpsError } from '../state/index.ts';
import { DEFAULT_POLICY } from './restart-policy.ts';
import { DEFAULT_PACE, DEFAULT_PATIENCE, type ServiceSpec } from './service-spec.ts';

const seconds = z.number().check(z.positive(), z.lte(86_400));
const name = z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/));

const service = z.object({
  command: z.tuple([z.string().check(z.minLength(1))], z.string()),
  cwd: z.optional(z.string().check(z.startsWith('/'))),
  env: z.optional(z.record(z.string(), z.string())),
  stateDir: z.optional(z.string().check(z.startsWith('/'))),
  port: z.optional(z.int().check(z.gte(1), z.lte(65_535))),
  addresses: z.optional(z.array(z.union([z.ipv4(), z.ipv6()]))),
  readiness: z.optional(
    z.union([z.object({ http: z.url() }), z.object({ webSocket: z.url() }), z.literal('alive')]),
  ),
  onConflict: z.optional(z.enum(['standby', 'fail'])),
  startSeconds: z.optional(seconds),
  drainSeconds: z.optional(seconds),
  maxDeaths: z.optional(z.int().check(z.positive())),
});

/**
 * Reads `supervisor.services` of the configuration: any programs, each kept alive like the gateway. A program with a
 * `stateDir` and `port` gets the same lock and port check; without `readiness` it is asked over HTTP on its port.
 * Relative times are seconds. Default state dir: one of its own under `stateDir`.
 * @throws `config/invalid` with the path of the first wrong value
 */
export function parseServices(
  value: unknown,
  defaults: { stateDir: string; env: Readonly<Record<string, string | undefined>> },
): ServiceSpec[] {
  const parsed = z.safeParse(z.record(name, service), value ?? {});
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const path = ['supervisor', 'services', ...(issue?.path ?? [])].join('.');
    throw new OpsError('config/invalid', `cannot use ${path}: ${issue?.message ?? 'invalid'}`, {
      evidence: { path },
    });
  }
  return Object.entries(parsed.data).map(([key, entry]) => toSpec(key, entry, defaults));
}

function toSpec(
  key: string,
  entry: z.infer<typeof service>,
  defaults: { stateDir: string; env: Readonly<Record<string, string | undefined>> },
): ServiceSpec {
  const { port, addresses = ['127.0.0.1'], onConflict = 'standby' } = entry;
  const stateDir = entry.stateDir ?? `${defaults.stateDir}/services/${key}`;
  return {
    name: key,
    command: entry.command,
    cwd: entry.cwd ?? defaults.stateDir,
    env: { ...defaults.env, ...entry.env },
    readiness: toReadiness(entry),
    claim: port === undefined ? undefined : { stateDir, addresses, port, onConflict },
    patience: {
      ...DEFAULT_PATIENCE,
      startMs: (entry.startSeconds ?? DEFAULT_PATIENCE.startMs / 1000) * 1000,
      drainMs: (entry.drainSeconds ?? DEFAULT_PATIENCE.drainMs / 1000) * 1000,
    },
    policy: { ...DEFAULT_POLICY, maxDeaths: entry.maxDeaths ?? DEFAULT_POLICY.maxDeaths },
    probe: DEFAULT_PACE,
  };
}

function toReadiness({ readiness, port, addresses }: z.infer<typeof service>): ServiceSpec['readiness'] {
  if (readiness === 'alive') return { kind: 'alive' };
  if (readiness !== undefined && 'http' in readiness) return { kind: 'http', url: readiness.http };
  if (readiness !== undefined) return { kind: 'web-socket', url: readiness.webSocket };
  if (port === undefined) return { kind: 'alive' };
  const host = addresses?.[0] ?? '127.0.0.1';
  return { kind: 'http', url: `http://${host.includes(':') ? `[${host}]` : host}:${port}/` };
}
