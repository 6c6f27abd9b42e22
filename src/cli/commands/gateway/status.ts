import { networkInterfaces } from 'node:os';
import { loadConfig, OpsError, resolveGatewaySettings } from '../../../state/index.ts';
import { describeStarter, inspectListeners, judgeHolder, readHolder } from '../../../supervisor/index.ts';
import { withGateway } from '../../connection/open-gateway.ts';
import { renderError } from '../../output/render-error.ts';
import { renderTable } from '../../output/render-table.ts';
import { ageText } from '../../output/time-text.ts';
import type { CommandRun } from '../../program/command-spec.ts';
import { cliOfScope } from '../service/service-request.ts';
import { printService, viewService } from '../service/service-section.ts';
import { portViews } from './port-views.ts';

/**
 * `gateway status`: what is configured, the service, who owns the state, who has the port, whether it answers. Exit
 * status 0 serving, 3 stopped, 1 bad; the reference always says 0 (cli-and-state §2), which scripts cannot use.
 */
export const run: CommandRun = async (caller, { options }) => {
  const cli = cliOfScope(caller, options);
  const loaded = loadConfig(cli.paths, cli.env);
  const settings = resolveGatewaySettings(loaded, cli.env, {}, networkInterfaces());
  const listeners = inspectListeners({ port: settings.port });
  const service = await viewService(cli, 'gateway', options);
  let rpc: { ok: boolean; error?: string; tookMs: number } | undefined;
  let isSilent = false;
  if (options['probe'] !== false) {
    const startedAt = performance.now();
    const tookMs = () => Math.round(performance.now() - startedAt);
    try {
      await withGateway(
        { cli, options: { timeout: 3_000, ...options }, intention: 'probe the gateway' },
        (gateway) => gateway.call('status'),
      );
      rpc = { ok: true, tookMs: tookMs() };
    } catch (thrown) {
      if (!(thrown instanceof OpsError)) throw thrown;
      isSilent = thrown.code === 'gateway/timeout';
      rpc = {
        ok: false,
        tookMs: tookMs(),
        error: renderError(thrown, { secrets: cli.secrets, self: cli.self }).text,
      };
    }
  }
  const owner = await readOwner(cli.paths.stateDir, isSilent);
  const answers = rpc?.ok === true;
  const exitStatus = service.kind === 'status' ? service.status.exitStatus : listeners.length === 0 ? 3 : 1;
  // No service, but somebody serves: by hand, in a container, or behind --url.
  const status = answers && (service.kind === 'unavailable' || exitStatus === 3) ? 0 : exitStatus;
  if (cli.out.json) {
    cli.out.value({
      service,
      config: { path: loaded.path, exists: loaded.exists, valid: loaded.valid },
      bind: settings.bind,
      port: settings.port,
      portSource: settings.sources.port,
      owner: owner.record ?? null,
      ownerFate: owner.fate,
      listeners,
      ...(rpc === undefined ? {} : { rpc }),
    });
    return status;
  }
  printService(cli, service);
  const hosts = settings.addresses.map(({ host }) => host).join(', ');
  cli.out.line(
    `\nConfig (cli): ${loaded.path}${loaded.exists ? '' : ' (missing)'}${loaded.valid ? '' : ` (invalid, see ${cli.self} config validate)`}`,
  );
  cli.out.line(
    `\nGateway: bind=${settings.bind} (${hosts}), port=${settings.port} (${settings.sources.port})`,
  );
  cli.out.line(`Dashboard: http://127.0.0.1:${settings.port}/`);
  // The lock and the listener are the truth; the record is only how they are told.
  const unrecorded = owner.fate === 'absent' && answers;
  cli.out.line(
    `\nRuntime: ${unrecorded ? 'serving (its record is missing; it writes it anew within 30 s)' : owner.text}`,
  );
  if (rpc !== undefined) cli.out.line(`RPC probe: ${rpc.ok ? 'ok' : `failed\n${rpc.error ?? ''}`}`);
  cli.out.line('');
  const views = portViews({
    config: {
      port: settings.port,
      source: settings.sources.port,
      path: loaded.path,
      remark: loaded.exists ? '' : ' (missing)',
    },
    shellPort: cli.env['CLAWDBOT_GATEWAY_PORT'],
    service: service.kind === 'status' ? service.status : undefined,
    listeners,
    probe: rpc && { ok: rpc.ok, tookMs: rpc.tookMs, url: `127.0.0.1:${settings.port}` },
  });
  const rows = views.map(({ view, port, detail }) => [view, port, detail]);
  for (const line of renderTable(['View', 'Port', 'What it is'], rows)) cli.out.line(line);
  return status;
};

/** `serving` is what the record says; an owner that gives no answer is `stuck` (vocabulary of field failure F-20). */
async function readOwner(stateDir: string, isSilent: boolean) {
  const reading = await readHolder(stateDir);
  if (reading.kind === 'absent') return { fate: 'absent', text: 'not running', record: undefined };
  if (reading.kind === 'unreadable')
    return { fate: 'unknown', text: `unknown (${reading.reason})`, record: undefined };
  const { record } = reading;
  const fate = judgeHolder(record);
  if (fate.kind === 'gone')
    return {
      fate: 'gone',
      text: `stopped (pid ${record.pid} ended without a goodbye: ${fate.because})`,
      record,
    };
  const certain = fate.kind === 'alive' ? '' : `, not proven: ${fate.reason}`;
  return {
    fate: fate.kind,
    text: `${isSilent && record.state.name === 'serving' ? 'stuck' : record.state.name} (pid ${record.pid}, started by ${describeStarter(record.starter)}, since ${ageText(record.since.wallMs, Date.now())}, version ${record.version}${certain})`,
    record,
  };
}
