import { loadConfig, OpsError } from '../../../state/index.ts';
import type { Cli } from '../../cli.ts';
import { findTarget } from '../../connection/find-target.ts';
import { withGateway } from '../../connection/open-gateway.ts';
import { renderError } from '../../output/render-error.ts';
import type { CommandRun, Options } from '../../program/command-spec.ts';

/** The reference's budget for one target (cli-and-state §2). */
const BUDGET_MS = 3_000;

type Probe = {
  target: string;
  source: string;
  reachable: boolean;
  connectMs?: number;
  rpc?: 'ok';
  why?: string;
};

/** `gateway probe`: every configured gateway, each on one connection. Exit 1 when none can be reached. */
export const run: CommandRun = async (cli, { options }) => {
  const probes = await Promise.all(targetsOf(cli, options).map((given) => probe(cli, given)));
  const reachable = probes.some((result) => result.reachable);
  if (cli.out.json) {
    cli.out.value({ ok: reachable, budgetMs: BUDGET_MS, targets: probes });
    return reachable ? 0 : 1;
  }
  cli.out.line('Gateway Status');
  cli.out.line(`Reachable: ${reachable ? cli.out.paint('green', 'yes') : cli.out.paint('red', 'no')}`);
  cli.out.line(`Probe budget: ${BUDGET_MS}ms`);
  cli.out.line('\nTargets');
  for (const { target, source, connectMs, why } of probes) {
    cli.out.line(`${target} (${source})`);
    cli.out.line(
      why === undefined
        ? `  Connect: ok (${connectMs}ms) · RPC: ok`
        : `  Connect: failed - ${why.replaceAll('\n', '\n  ')}`,
    );
  }
  return reachable ? 0 : 1;
};

/** The configured or named target, and in remote mode the local gateway besides it. */
function targetsOf(cli: Cli, options: Options): Options[] {
  const { config } = loadConfig(cli.paths, cli.env);
  const base = { timeout: BUDGET_MS, ...options };
  if (options['url'] !== undefined || config.gateway.mode !== 'remote') return [base];
  return [base, { ...base, url: `ws://127.0.0.1:${config.gateway.port}` }];
}

async function probe(cli: Cli, options: Options): Promise<Probe> {
  const { url, source } = findTarget(cli, options, 'probe the gateway');
  const startedAt = performance.now();
  try {
    return await withGateway({ cli, options, intention: `reach ${url}` }, async (gateway) => {
      const connectMs = Math.round(performance.now() - startedAt);
      await gateway.call('health');
      return { target: url, source, reachable: true, connectMs, rpc: 'ok' as const };
    });
  } catch (thrown) {
    if (!(thrown instanceof OpsError)) throw thrown;
    const why = renderError(thrown, { secrets: cli.secrets, self: cli.self }).text.split('\n')[0] ?? '';
    return { target: url, source, reachable: false, why };
  }
}
