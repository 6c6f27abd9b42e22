import { randomUUID } from 'node:crypto';
import { hostname, release } from 'node:os';
import { arch, platform } from 'node:process';
import type { PresenceEntry } from '../protocol/index.ts';
import { type Config, errorText, openDatabase } from '../state/index.ts';
import { confirmPeer } from '../supervisor/tailscale/index.ts';
import { ApprovalDesk } from './approval/approval-desk.ts';
import { type GatewayCore, type GatewayRules, stateVersion } from './core.ts';
import { SILENT_LOG } from './gateway-log.ts';
import type { GatewayOptions } from './gateway-options.ts';
import { FailedAuthLimit } from './handshake/failed-auth-limit.ts';
import { healthPayload } from './health.ts';
import { COME_BACK_WITHIN_MS } from './nodes/caller-left.ts';
import { InvokeMemory } from './nodes/invoke-memory.ts';
import { InvokeRouter } from './nodes/invoke-router.ts';
import { NodeRegistry } from './nodes/node-registry.ts';
import { nodeRequestOnWire } from './nodes/pairing-rows.ts';
import { RunJournal } from './nodes/run-journal.ts';
import { Presence } from './presence.ts';
import { Connections } from './session/connections.ts';
import { PacedBroadcast } from './session/paced-broadcast.ts';
import { WaitingRoom } from './session/waiting-room.ts';
import { takeOverLegacyFiles } from './take-over-files.ts';
import { Vitals } from './vitals.ts';

/** Opens the database and puts together what a gateway knows. @throws `state/*` */
export function makeCore({ paths, settings, config, version, ...options }: GatewayOptions): GatewayCore {
  const store = openDatabase(paths.database);
  const log = options.log ?? SILENT_LOG;
  takeOverLegacyFiles(store, paths, log);
  const connections = new Connections();
  const count = () => connections.size;
  const presenceNews = new PacedBroadcast(() => {
    const payload = { presence: core.presence.list(core.selfPresence, core.now()) };
    connections.broadcast('presence', payload, { whenSlow: 'skip', stateVersion: stateVersion(core) });
  }, count);
  const healthNews = new PacedBroadcast(() => {
    core.healthVersion += 1;
    connections.broadcast('health', healthPayload(core), { stateVersion: stateVersion(core) });
  }, count);
  const host = hostname();
  const core: GatewayCore = {
    paths,
    version,
    startedAtMs: Date.now(),
    host,
    log,
    store,
    connections,
    waiting: new WaitingRoom(options.timing?.holdMs),
    presence: new Presence(),
    nodes: new NodeRegistry(),
    invokes: new InvokeRouter(),
    memory: new InvokeMemory(),
    journal: new RunJournal(store),
    comeBackWithinMs: options.timing?.comeBackMs ?? COME_BACK_WITHIN_MS,
    desk: new ApprovalDesk(),
    limit: new FailedAuthLimit(),
    vitals: new Vitals(Date.now),
    now: Date.now,
    rules: rulesOf(settings, config),
    healthVersion: 0,
    heartbeatsEnabled: true,
    isDraining: false,
    announce: (what) => (what === 'presence' ? presenceNews : healthNews).request(),
    stopAnnouncing: () => {
      presenceNews.stop();
      healthNews.stop();
    },
    announceNodeRequest: (request) =>
      connections.broadcast('node.pair.requested', nodeRequestOnWire(request), { whenSlow: 'skip' }),
    logFile: options.logFile ?? `${paths.logDir}/gateway.log`,
    watchesConfig: options.watchesConfig ?? false,
    audit: (entry) => {
      try {
        store.audit.append({ ...entry, atMs: Date.now() });
      } catch (thrown) {
        log.error('cannot write the audit trail', { action: entry.action, error: errorText(thrown) });
      }
    },
    selfPresence: selfPresence(host, version),
    exposure: { state: 'off' },
    confirmPeer: (claim) => confirmPeer(claim, options.tailscaleAccess),
    troubles: options.troubles ?? (() => []),
    doctor: options.doctor,
  };
  return core;
}

/** What follows from the settings and the config file. */
export function rulesOf(settings: GatewayOptions['settings'], { gateway }: Config): GatewayRules {
  return {
    auth: settings.auth,
    trustedProxies: gateway.trustedProxies,
    allowInsecureControlUi: gateway.controlUi.allowInsecureAuth,
    commands: { allowCommands: gateway.nodes.allowCommands, denyCommands: gateway.nodes.denyCommands },
  };
}

function selfPresence(host: string, version: string): PresenceEntry {
  const family = platform === 'darwin' ? 'Mac' : platform === 'win32' ? 'Windows' : 'Linux';
  return {
    host,
    ip: host,
    version,
    platform: `${platform} ${release()}`,
    deviceFamily: family,
    modelIdentifier: arch,
    mode: 'gateway',
    reason: 'self',
    text: `Gateway: ${host} · app ${version} · mode gateway · reason self`,
    ts: Date.now(),
    instanceId: randomUUID(),
  };
}
