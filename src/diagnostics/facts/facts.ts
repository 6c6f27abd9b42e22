import type { LoadedPolicy } from '../../approvals/index.ts';
import type { Listener, PortVerdict, SupervisorStatus } from '../../supervisor/index.ts';
import type { CertificateFact } from './certificate.ts';
import type { ConfigFact } from './config.ts';
import type { CopiesFact } from './copies.ts';
import type { Door } from './doors.ts';
import type { GatewaysFact } from './gateways.ts';
import type { HostFact } from './host.ts';
import type { LogsFact } from './logs.ts';
import type { MemoryFact } from './memory.ts';
import type { NodeFact } from './node.ts';
import type { OutsideFact } from './outside.ts';
import type { OwnerFact } from './owner.ts';
import type { PairingFact } from './pairing.ts';
import type { ProbeFact } from './probe.ts';
import type { PublishedFact } from './published.ts';
import type { ServiceFact } from './service.ts';
import type { StateFilesFact } from './state-files.ts';
import type { TailnetFact } from './tailnet.ts';
import type { UnitsFact } from './units.ts';
import type { WslFact } from './wsl.ts';

/** Everything checks may ask for. */
export type Facts = {
  /** The config file as this account reads it, and the settings that follow. */
  config: ConfigFact;
  /** Who says to own the state directory, and whether that is true. */
  owner: OwnerFact;
  /** Every listening socket of this machine. */
  listeners: readonly Listener[];
  /** Programs that are connected to the gateway's port now. */
  doors: readonly Door[];
  /** Who listens on the configured port. */
  port: PortVerdict;
  /** Every gateway that listens on this machine, on whatever port. */
  gateways: GatewaysFact;
  /** What the gateway answers to a page of somebody else, and whether it is ready. */
  probe: ProbeFact;
  /** Files of the state directory with their modes and owners. */
  stateFiles: StateFilesFact;
  /** Units of both scopes that start a gateway or a node, whoever wrote them. */
  units: UnitsFact;
  /** What published programs have on this account. */
  published: PublishedFact;
  /** Our gateway service as `gateway status` sees it; undefined when it is not installed. */
  gatewayService: ServiceFact;
  /** The same for the node service. */
  nodeService: ServiceFact;
  /** What the node host of this state directory last said. */
  node: NodeFact;
  /** What `clawdbot up` keeps running. */
  supervisor: SupervisorStatus;
  /** Pairing requests and the health of the database. */
  pairing: PairingFact;
  /** `exec-approvals.json`. */
  policy: LoadedPolicy;
  /** Kernel settings, file system, disk. */
  host: HostFact;
  /** Memory of the machine and limits of the services. */
  memory: MemoryFact;
  /** Troubles of the Windows Subsystem for Linux. */
  wsl: WslFact;
  /** Log files and what they may take. */
  logs: LogsFact;
  /** Installed copies of the command. */
  copies: CopiesFact;
  /** The certificate the gateway serves with. */
  certificate: CertificateFact;
  /** The tailnet client and what it publishes. */
  tailnet: TailnetFact;
  /** The published address, walked from outside to inside. */
  outside: OutsideFact;
};

export type FactName = keyof Facts;
