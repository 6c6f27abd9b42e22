export { type Acquisition, acquireLock } from './acquire-lock.ts';
export { askHttp, type HttpAnswer, reachableAddress } from './ask-http.ts';
export { bindRelation } from './bind-conflict.ts';
export { type ClaimOptions, claimService } from './claim-service.ts';
export {
  type ClassifiedListener,
  classifyPort,
  isHeldBy,
  type ListenerClass,
  type PortVerdict,
  wantedAddresses,
} from './classify-port.ts';
export { askSupervisorToStop, type ClearOutcome, clearService } from './control-supervisor.ts';
export type { Death } from './death.ts';
export { decideStart, type OnConflict, type StartDecision } from './decide-start.ts';
export { describeListener, formatAge } from './explain-conflict.ts';
export { type HandOverResult, handOverTo } from './hand-over-to.ts';
export type { InheritedListener } from './heritage/inherit-sockets.ts';
export { describeSelf, holderPath, readHolder, removeOwnHolder, writeHolder } from './holder-record.ts';
export type { HolderReading, HolderRecord, HolderState } from './holder-types.ts';
export { hostAndPort } from './host-and-port.ts';
export { askIdentity, type IdentityAnswer, type ListenerAnswer, parseIdentity } from './identity-answer.ts';
export { becomeInitIfNeeded } from './init-process.ts';
export { type HolderFate, judgeHolder } from './judge-holder.ts';
export { inspectListeners, type Listener, type ListenerProcess } from './listeners.ts';
export { type Lock, waitForLock } from './lock.ts';
export type { OwnedProgram, Ownership } from './ownership.ts';
export { parseServices } from './parse-services.ts';
export { environmentOf } from './process-environment.ts';
export {
  isAlive,
  isStopped,
  lookUpProcess,
  monotonicMs,
  type ProcessIdentity,
  selfIdentity,
} from './process-facts.ts';
export { processesConnectedTo } from './processes-connected-to.ts';
export { standByQuietly } from './quiet-standby.ts';
export {
  DEFAULT_POLICY,
  decideRestart,
  type RestartDecision,
  type RestartPolicy,
  type Tally,
} from './restart-policy.ts';
export { type HelperEnd, runHelper } from './run-helper.ts';
export type { ServiceState } from './service-machine.ts';
export { DEFAULT_PACE, DEFAULT_PATIENCE, type ServiceSpec } from './service-spec.ts';
export { listStandbys, type Standby } from './stand-by.ts';
export { describeStarter, findStarter, programName, type Starter, SUPERVISOR_VARIABLE } from './starter.ts';
export { identityHash } from './state-directory.ts';
export { readSupervisorStatus, type ServiceStatus, type SupervisorStatus } from './status-file.ts';
export { type StopOutcome, stopOwner } from './stop-owner.ts';
export { type Supervisor, supervise } from './supervise.ts';
export { findTrustedHelper } from './trusted-helper.ts';
