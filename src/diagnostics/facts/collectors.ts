import { loadPolicyFile } from '../../approvals/index.ts';
import { inspectListeners, readSupervisorStatus } from '../../supervisor/index.ts';
import type { Collectors } from '../engine/collect-facts.ts';
import { collectCertificate } from './certificate.ts';
import { collectConfig } from './config.ts';
import type { Context } from './context.ts';
import { collectCopies } from './copies.ts';
import { collectDoors } from './doors.ts';
import type { Facts } from './facts.ts';
import { collectGateways } from './gateways.ts';
import { collectHost } from './host.ts';
import { collectLogs } from './logs.ts';
import { collectMemory } from './memory.ts';
import { collectNode } from './node.ts';
import { collectOutside } from './outside.ts';
import { collectOwner } from './owner.ts';
import { collectPairing } from './pairing.ts';
import { collectPort } from './port.ts';
import { collectProbe } from './probe.ts';
import { collectPublished } from './published.ts';
import { collectService } from './service.ts';
import { collectStateFiles } from './state-files.ts';
import { collectTailnet } from './tailnet.ts';
import { collectUnits } from './units.ts';
import { collectWsl } from './wsl.ts';

/** 2 s: a status command may take no longer, whatever hangs (field failures F-16, F-88). */
const DEADLINE_MS = 2_000;

const files = { waitsFor: 'the file system', deadlineMs: DEADLINE_MS };
/** 3 s: looking may take 1.5 s on a machine with very many processes, asking 1 s. */
const sockets = { waitsFor: 'the kernel or a listener', deadlineMs: 3_000 };
/** 4 s: five steps of at most 700 ms; a broken one ends the walk. */
const OUTSIDE_MS = 4_000;
const manager = { waitsFor: 'systemctl show', deadlineMs: DEADLINE_MS };

/** How each fact is gathered. */
export const COLLECTORS: Collectors<Facts, Context> = {
  config: { ...files, collect: (context) => collectConfig(context) },
  owner: { ...files, collect: (context) => collectOwner(context) },
  listeners: { ...sockets, collect: () => inspectListeners() },
  doors: {
    ...sockets,
    collect: async (_, { fact }) => collectDoors(await fact('config'), await fact('listeners')),
  },
  port: {
    ...sockets,
    collect: async (context, { fact }) =>
      collectPort(context, await fact('config'), await fact('owner'), await fact('listeners')),
  },
  gateways: {
    ...sockets,
    collect: async (context, { fact }) =>
      collectGateways(context, await fact('owner'), await fact('listeners')),
  },
  probe: { ...sockets, collect: async (_, { fact }) => collectProbe(await fact('port')) },
  stateFiles: { ...files, collect: (context) => collectStateFiles(context) },
  units: { ...manager, collect: async (context, { fact }) => collectUnits(context, await fact('config')) },
  published: {
    ...manager,
    collect: async (context, { fact }) => collectPublished(context, await fact('units')),
  },
  gatewayService: {
    ...manager,
    collect: async (context, { fact }) =>
      collectService(context, 'gateway', await fact('config'), await fact('units'), await fact('port')),
  },
  nodeService: {
    ...manager,
    collect: async (context, { fact }) =>
      collectService(context, 'node', await fact('config'), await fact('units')),
  },
  node: { ...files, collect: (context) => collectNode(context) },
  supervisor: { ...files, collect: ({ paths }) => readSupervisorStatus(paths.stateDir) },
  pairing: { ...files, collect: async (context, { fact }) => collectPairing(context, await fact('owner')) },
  policy: { ...files, collect: ({ paths }) => loadPolicyFile(paths.execApprovals) },
  host: { ...files, collect: (context) => collectHost(context) },
  memory: {
    ...manager,
    collect: async (context, { fact }) => collectMemory(context, await fact('owner'), await fact('units')),
  },
  wsl: {
    waitsFor: 'the journal',
    deadlineMs: DEADLINE_MS,
    collect: async (context, { fact }) => collectWsl(context, await fact('owner')),
  },
  logs: { ...files, collect: async (context, { fact }) => collectLogs(context, await fact('config')) },
  copies: { ...files, collect: (context) => collectCopies(context) },
  certificate: {
    ...files,
    collect: async (context, { fact }) => collectCertificate(context, await fact('config')),
  },
  tailnet: {
    waitsFor: 'tailscale',
    deadlineMs: DEADLINE_MS,
    collect: async (context, { fact }) => collectTailnet(context, await fact('config')),
  },
  outside: {
    waitsFor: 'the published address',
    deadlineMs: OUTSIDE_MS,
    collect: async (_, { fact }) => collectOutside(await fact('tailnet')),
  },
};
