import {
  readTarget,
  STEPS,
  type StepResult,
  type Target,
  type Visitor,
  walkInwards,
} from '../../../diagnostics/index.ts';
import { readNodeStatus } from '../../../node/index.ts';
import { loadConfig, loadIdentity, OpsError, readNodeConfig } from '../../../state/index.ts';
import type { Cli } from '../../cli.ts';
import type { CommandRun } from '../../program/command-spec.ts';
import { numberOption } from '../../program/option-values.ts';
import { VERSION } from '../../version.ts';
import { remedyText } from '../doctor/remedy-text.ts';

/** 3 s per step, as the reference allows a probe. */
const STEP_MS = 3_000;

/**
 * `probe`: from outside to inside, up to the first step that fails. Exit 0 when everything works; else 75 for what may
 * heal by itself, 69 for a certificate or a clock, 78 for an address, a secret or a rule that has to be changed.
 */
export const run: CommandRun = async (cli, { args, options }) => {
  const url = args[0] ?? nodeUrl(cli);
  const where = readTarget(url);
  const isNodesGateway = `${where.host}:${where.port}` === gatewayOfNode(cli);
  const pins = isNodesGateway ? readNodeConfig(cli.paths.nodeConfig)?.gateway?.tlsFingerprint : undefined;
  const target: Target = { ...where, deadlineMs: numberOption(options, 'timeout') ?? STEP_MS, pins };
  const results = await walkInwards(target, visitorOf(cli, isNodesGateway));
  const last = results.at(-1);
  const status = last?.result === 'failed' ? last.exitClass : 0;
  if (cli.out.json) cli.out.value({ ok: status === 0, url, steps: results });
  else print(cli, results);
  return status;
};

function print(cli: Cli, results: readonly StepResult[]): void {
  const width = Math.max(...STEPS.map((step) => step.length));
  for (const result of results) {
    const mark = {
      ok: cli.out.paint('green', 'ok   '),
      skipped: '-    ',
      failed: cli.out.paint('red', 'FAIL '),
    }[result.result];
    cli.out.line(`${mark} ${result.step.padEnd(width)}  ${result.text}`);
    if (result.result !== 'failed') continue;
    cli.out.line(`      the fault is in: ${result.fault}`);
    for (const remedy of result.remedies) cli.out.line(`      → ${remedyText(remedy, cli.self)}`);
  }
}

function visitorOf(cli: Cli, isNodesGateway: boolean): Visitor {
  const { gateway } = loadConfig(cli.paths, cli.env).config;
  const stored = isNodesGateway ? readNodeConfig(cli.paths.nodeConfig)?.token : undefined;
  const token = stored ?? gateway.remote.token ?? gateway.auth.token ?? cli.env['CLAWDBOT_GATEWAY_TOKEN'];
  const password = gateway.remote.password ?? gateway.auth.password ?? cli.env['CLAWDBOT_GATEWAY_PASSWORD'];
  for (const secret of [token, password]) if (secret !== undefined) cli.secrets.add(secret);
  return {
    role: isNodesGateway ? 'node' : 'operator',
    keys: loadIdentity(cli.paths.deviceIdentity),
    token,
    password,
    nodeState: () => nodeStateOf(cli),
    version: VERSION,
  };
}

function nodeStateOf(cli: Cli): ReturnType<Visitor['nodeState']> {
  const reading = readNodeStatus(cli.paths.stateDir);
  if (reading.kind !== 'status' || !reading.isRunning) return undefined;
  const { state, lastError } = reading.status;
  return {
    state: state.state,
    requestId: 'requestId' in state ? state.requestId : undefined,
    lastError: lastError === undefined ? undefined : { text: lastError.text, class: lastError.class },
  };
}

function gatewayOfNode(cli: Cli): string | undefined {
  const gateway = readNodeConfig(cli.paths.nodeConfig)?.gateway;
  return gateway?.host === undefined ? undefined : `${gateway.host}:${gateway.port ?? 18_789}`;
}

function nodeUrl(cli: Cli): string {
  const gateway = readNodeConfig(cli.paths.nodeConfig)?.gateway;
  const { remote } = loadConfig(cli.paths, cli.env).config.gateway;
  if (gateway?.host !== undefined)
    return `${gateway.tls === true ? 'https' : 'http'}://${gateway.host}:${gateway.port ?? 18_789}/`;
  if (remote.url !== undefined) return remote.url;
  throw new OpsError(
    'usage',
    'cannot probe: say which address, for example https://server.tailnet.ts.net:18789/',
  );
}
