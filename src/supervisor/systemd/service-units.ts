import { join } from 'node:path';
import { CREDENTIAL_NAME } from './credential.ts';
import {
  asCredential,
  plainPath,
  plainText,
  quoteCommand,
  quoteEnvironment,
  quotePath,
  type UnitText,
} from './escape.ts';
import { readTemplate } from './read-template.ts';
import { renderUnit, type UnitScope, type UnitValues } from './render-unit.ts';
import type { ServiceEnvironment } from './service-environment.ts';
import { type ServiceKind, templateOf, unitNames } from './unit-names.ts';

/** The first line of every file we write; by it we know our own. */
export const NOTICE =
  'Written by clawdbot-supervisor. Hand edits and drop-ins are kept by the next install; see clawdbot gateway status.';

/** Everything the units of one service depend on. */
export type ServicePlan = {
  kind: ServiceKind;
  scope: UnitScope;
  profile: string | undefined;
  /** Absolute program, then its arguments. */
  command: readonly string[];
  environment: ServiceEnvironment['variables'];
  /** Absolute path of a file with the token; undefined when the service takes it from the config. */
  tokenFile: string | undefined;
  stateDir: string;
  /** `address:port`, IPv6 in brackets; gateway only. */
  listen: readonly string[];
  /** The sandbox of a system gateway may refuse all but loopback traffic. */
  loopbackOnly: boolean;
  /** How long running work may take to finish after SIGTERM. */
  drainSeconds: number;
  version: string;
  systemdVersion: number;
};

/** The file that the crash recorder of a service appends to. */
export function exitRecordPath(stateDir: string, service: string): string {
  return join(stateDir, `${service.replace(/\.service$/, '')}.exits`);
}

/** What `TimeoutStopSec=` leaves beyond the drain, in seconds: closing connections and the database (F-33). */
const STOP_MARGIN_SECONDS = 15;

/** The text of each unit of a service, by file name, in the order in which they are written. Reads the templates only. */
export function renderServiceUnits(plan: ServicePlan): ReadonlyMap<string, string> {
  const names = unitNames(plan.kind, plan.profile);
  const target = { scope: plan.scope, systemdVersion: plan.systemdVersion };
  return new Map(
    names.all.map((unit) => {
      const template = templateOf(plan.kind, names, unit);
      return [
        unit,
        renderUnit(readTemplate(template), { ...sharedValues(plan), ...describe(plan, template) }, target),
      ];
    }),
  );
}

function sharedValues(plan: ServicePlan): UnitValues {
  const names = unitNames(plan.kind, plan.profile);
  const underVarLib = /^\/var\/lib\/([A-Za-z0-9_-]+)$/.exec(plan.stateDir)?.[1];
  return {
    notice: plainText(NOTICE),
    documentation: plainText('https://docs.clawd.bot/gateway'),
    version: plainText(plan.version),
    command: quoteCommand(plan.command),
    environment: plan.environment.map(([name, value]) => quoteEnvironment(name, value)),
    credential: plan.tokenFile === undefined ? [] : [asCredential(CREDENTIAL_NAME, plan.tokenFile)],
    workingDirectory: plainPath(plan.stateDir),
    writable: quotePath(plan.stateDir),
    stateDirectoryName: underVarLib === undefined ? [] : [plainText(underVarLib)],
    exitRecord: quotePath(exitRecordPath(plan.stateDir, names.service)),
    identifier: plainText(names.service.replace(/\.service$/, '')),
    listen: plan.listen.map(plainText),
    socketName: plainText('gateway'),
    gatewayService: plainText(names.service),
    gatewaySocket: plainText(names.socket ?? ''),
    gatewayFailed: plainText(names.failed ?? ''),
    drainSeconds: plainText(String(plan.drainSeconds)),
    stopSeconds: plainText(String(plan.drainSeconds + STOP_MARGIN_SECONDS)),
    addressDeny: plan.loopbackOnly ? [plainText('any')] : [],
    addressAllow: plan.loopbackOnly ? [plainText('localhost')] : [],
  };
}

function describe(plan: ServicePlan, template: string): Record<'description', UnitText> {
  const profile =
    plan.profile === undefined || plan.profile === 'default' ? '' : ` (profile: ${plan.profile})`;
  const what = {
    'clawdbot-gateway.socket': 'Clawdbot Gateway socket',
    'clawdbot-gateway.service': 'Clawdbot Gateway',
    'clawdbot-gateway-failed.service': 'Clawdbot Gateway: record of a final failure',
  }[template];
  return { description: plainText(`${what ?? 'Clawdbot Node Host'}${profile}`) };
}
