import { loadConfig, OpsError } from '../../../state/index.ts';
import { findTarget } from '../../connection/find-target.ts';
import type { Gateway } from '../../connection/gateway.ts';
import { openGateway } from '../../connection/open-gateway.ts';
import { fetchNodes } from '../../nodes/fetch-nodes.ts';
import { fetchDevices } from '../../nodes/fetch-pairing.ts';
import { escapeText } from '../../output/escape-text.ts';
import { renderError } from '../../output/render-error.ts';
import type { CommandRun } from '../../program/command-spec.ts';
import { VERSION } from '../../version.ts';

/** What a reachable gateway says; every part is optional, peers of other releases leave parts out. */
type Reached = {
  version: string;
  host: string;
  latencyMs: number;
  known: number;
  connected: number;
  pending: number;
};

/** `status`: a local report that also works when the gateway is down. Exit 0 in both cases (cli-and-state §8). */
export const run: CommandRun = async (cli, { options }) => {
  const loaded = loadConfig(cli.paths, cli.env);
  const target = findTarget(cli, options, 'show the status');
  const errors = loaded.issues.filter(({ severity }) => severity === 'error');
  const startedAt = performance.now();
  let reached: Reached | undefined;
  let failure: string | undefined;
  try {
    const gateway = await openGateway({
      cli,
      options: { timeout: 8_000, ...options },
      intention: 'reach the gateway',
    });
    try {
      reached = await look(gateway, Math.round(performance.now() - startedAt));
    } finally {
      gateway.close();
    }
  } catch (thrown) {
    if (!(thrown instanceof OpsError)) throw thrown;
    failure = renderError(thrown, { secrets: cli.secrets, self: cli.self }).text;
  }
  if (cli.out.json) {
    cli.out.value({
      version: VERSION,
      stateDir: cli.paths.stateDir,
      config: {
        path: loaded.path,
        exists: loaded.exists,
        valid: loaded.valid,
        issues: loaded.issues,
        unknownKeys: loaded.unknownKeys,
      },
      gateway: {
        url: target.url,
        source: target.source,
        reachable: reached !== undefined,
        ...reached,
        ...(failure === undefined ? {} : { failure }),
      },
    });
    return 0;
  }
  const place = target.isLocal ? 'local' : 'remote';
  cli.out.line(`Clawdbot supervisor ${VERSION}`);
  cli.out.line(`State: ${cli.paths.stateDir}`);
  cli.out.line(
    `Config: ${loaded.path}${loaded.exists ? '' : ' (missing, defaults hold)'}${errors.length === 0 ? '' : ` (${errors.length} errors, see ${cli.self} config validate)`}`,
  );
  if (reached === undefined) {
    cli.out.line(
      `Gateway: ${place} · ${target.url} (${target.source}) · ${cli.out.paint('red', 'unreachable')}`,
    );
    cli.out.line(failure ?? '');
    return 0;
  }
  cli.out.line(
    `Gateway: ${place} · ${target.url} (${target.source}) · ${cli.out.paint('green', `reachable ${reached.latencyMs}ms`)} · ${escapeText(`${reached.host} app ${reached.version}`)}`,
  );
  cli.out.line(
    `Nodes: ${reached.known} known · ${reached.connected} connected · ${reached.pending} waiting for approval`,
  );
  if (reached.pending > 0) cli.out.line(`Waiting: see ${cli.self} nodes pending`);
  return 0;
};

async function look(gateway: Gateway, latencyMs: number): Promise<Reached> {
  const [nodes, devices] = await Promise.all([fetchNodes(gateway), fetchDevices(gateway)]);
  // A real gateway's hello has no host; everything but `policy` is optional there.
  const server = gateway.hello.server as Partial<typeof gateway.hello.server> | undefined;
  return {
    version: server?.version ?? 'unknown',
    host: server?.host ?? '',
    latencyMs,
    known: nodes.length,
    connected: nodes.filter((node) => node.connected).length,
    pending: devices.pending.length,
  };
}
