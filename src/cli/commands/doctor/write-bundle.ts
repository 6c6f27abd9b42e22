import { type DiagnoseOptions, describeService, type Report } from '../../../diagnostics/index.ts';
import {
  createRedactor,
  errorText,
  loadConfig,
  readTextIfPresent,
  resolveLogPath,
  tailLog,
  writePrivateFile,
} from '../../../state/index.ts';
import { findTrustedHelper } from '../../../supervisor/index.ts';
import type { Cli } from '../../cli.ts';

const LOG_LINES = 200;
const JOURNAL_LINES = '200';
/** 5 s: a journal of gigabytes; the bundle is made without it then. */
const JOURNAL_MS = 5_000;
/** What of the process table concerns us; everything else is nobody's business. */
const RELATED = /clawdbot|moltbot|openclaw|tailscale|^node$|^bun$|^systemd$/i;

/**
 * `doctor --report FILE`: the report and what somebody who cannot look at this machine asks for first: who owns the service,
 * the machine, related processes (names, never arguments), units, the ends of log and journal. Private file; every text
 * passes the redactor, which knows the secrets of config and environment and the places where others stand.
 * @throws `state/write`
 */
export async function writeBundle(
  cli: Cli,
  asked: DiagnoseOptions,
  { file, report }: { file: string; report: Report },
): Promise<void> {
  // Libraries below start helpers by name; they get those of the system (F-100).
  process.env['PATH'] = '/usr/bin:/bin';
  const service = await describeService(asked);
  const bundle = {
    ...report,
    service,
    machine: await orReason(describeMachine),
    processes: await orReason(relatedProcesses),
    units: service.units.map(({ path }) => ({ path, text: readOrReason(path) })),
    log: await orReason(() => logEnd(cli)),
    journal: await orReason(() => journalEnd(service.units)),
  };
  const redact = redactorFor(cli);
  writePrivateFile(file, `${JSON.stringify(redactTexts(bundle, redact), null, 2)}\n`);
}

/** systeminformation knows distributions, virtual machines and containers that we do not want to know ourselves. */
async function describeMachine() {
  const { default: information } = await import('systeminformation');
  const { mem, osInfo, system, time } = information;
  const [os, memory, hardware] = await Promise.all([osInfo(), mem(), system()]);
  return {
    os: `${os.distro} ${os.release} (${os.codename})`,
    kernel: os.kernel,
    architecture: os.arch,
    virtual: hardware.virtual ? (hardware.virtualHost ?? 'yes') : 'no',
    node: process.version,
    uptimeSeconds: Math.round(Number(time().uptime)),
    memory: { totalBytes: memory.total, availableBytes: memory.available, swapUsedBytes: memory.swapused },
  };
}

async function relatedProcesses() {
  const { default: psList } = await import('ps-list');
  const all = await psList();
  return all
    .filter(({ name, cmd }) => RELATED.test(name) || /\b(clawdbot|moltbot|openclaw)\b/.test(cmd ?? ''))
    .map(({ pid, ppid, uid, name, cpu, memory }) => ({ pid, ppid, uid, name, cpu, memory }));
}

function logEnd(cli: Cli) {
  const { config } = loadConfig(cli.paths, cli.env);
  return tailLog(resolveLogPath(cli.paths, config, 'gateway'), { limit: LOG_LINES });
}

async function journalEnd(units: readonly { unit: string; scope: 'user' | 'system' }[]) {
  const journalctl = findTrustedHelper('journalctl');
  if (journalctl === undefined) throw new Error('journalctl is not installed');
  if (units.length === 0) return [];
  const { execa } = await import('execa');
  const selection = units.map(({ unit, scope }) => `--${scope === 'user' ? 'user-unit' : 'unit'}=${unit}`);
  const { stdout, timedOut } = await execa(
    journalctl,
    [...selection, '-n', JOURNAL_LINES, '--no-pager', '-q', '-o', 'short-iso'],
    {
      timeout: JOURNAL_MS,
      forceKillAfterDelay: 500,
      maxBuffer: 1_000_000,
      stdin: 'ignore',
      extendEnv: false,
      env: { LC_ALL: 'C.UTF-8', PATH: '/usr/bin:/bin' },
      reject: false,
      lines: true,
    },
  );
  if (timedOut) throw new Error(`journalctl gave no answer within ${JOURNAL_MS} ms`);
  return stdout;
}

async function orReason<T>(work: () => Promise<T> | T): Promise<T | { missing: string }> {
  try {
    return await work();
  } catch (thrown) {
    return { missing: errorText(thrown) };
  }
}

function readOrReason(path: string): string {
  try {
    return readTextIfPresent(path) ?? '';
  } catch (thrown) {
    return errorText(thrown);
  }
}

function redactorFor(cli: Cli): (text: string) => string {
  const redactor = createRedactor();
  for (const secret of cli.secrets) redactor.hide(secret);
  for (const [name, value] of Object.entries(cli.env))
    if (/TOKEN|PASSWORD|SECRET|API_?KEY/i.test(name)) redactor.hide(value);
  try {
    const { auth, remote } = loadConfig(cli.paths, cli.env).config.gateway;
    for (const secret of [auth.token, auth.password, remote.token, remote.password]) redactor.hide(secret);
  } catch {
    // A config that cannot be read gives nothing away.
  }
  return (text) => redactor.redact(text);
}

function redactTexts(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((item) => redactTexts(item, redact));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redactTexts(item, redact)]));
}
