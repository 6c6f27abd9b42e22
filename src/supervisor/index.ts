export { type Acquisition, acquireLock } from './acquire-lock.ts';
export {
  describeSelf,
  type HolderReading,
  type HolderRecord,
  type HolderState,
  holderPath,
  readHolder,
  removeOwnHolder,
  writeHolder,
} from './holder-record.ts';
export { type HolderFate, judgeHolder } from './judge-holder.ts';
export { inspectListeners, type Listener, type ListenerProcess } from './listeners.ts';
export { type Lock, waitForLock } from './lock.ts';
export { bootId, monotonicMs, type ProcessIdentity, selfIdentity } from './process-facts.ts';
export { describeStarter, findStarter, type Starter, SUPERVISOR_VARIABLE } from './starter.ts';
export { identityHash } from './state-directory.ts';
