export { accountName, ownAccountName } from './account-name.ts';
export { assertNever } from './assert-never.ts';
export { DAMAGE_REMEDY } from './config/damage-remedy.ts';
export type { ConfigIssue } from './config/issue.ts';
export { configSchema } from './config/json-schema.ts';
export { type LoadedConfig, loadConfig } from './config/load.ts';
export { parseJson5 } from './config/parse.ts';
export type { Config } from './config/schema.ts';
export { type ConfigReading, validateConfigText } from './config/validate.ts';
export { watchConfig } from './config/watch.ts';
export {
  type ConfigWrite,
  getConfigValue,
  mergePatchConfig,
  replaceConfigText,
  setConfigValue,
  unsetConfigValue,
} from './config/write.ts';
export type { RefusalReason, WriteRefusal } from './config/write-outcome.ts';
export type { AuditEntry } from './database/audit-types.ts';
export type { DeviceStore } from './database/device-store.ts';
export { openDatabase, type Store } from './database/open.ts';
export { pairingReason } from './database/pairing-reason.ts';
export type {
  DeviceRequest,
  NodeRequest,
  PairedDevice,
  PairingReason,
  Surface,
} from './database/pairing-types.ts';
export type { RunBegin, RunRecord, RunStart } from './database/run-types.ts';
export { saysDamaged } from './database/says-damaged.ts';
export { fileRemedies } from './file-remedies.ts';
export { forgetDeviceToken, readDeviceToken, writeDeviceToken } from './identity/device-auth.ts';
export { type DeviceIdentity, loadIdentity, loadOrCreateIdentity } from './identity/device-identity.ts';
export { type NodeConfig, newNodeConfig, readNodeConfig, writeNodeConfig } from './identity/node-config.ts';
export { resolveLogPath } from './log-file/log-path.ts';
export { type OpenLogger, openLogger } from './log-file/logger.ts';
export { parseLogLine } from './log-file/parse-line.ts';
export { createRedactor, type Redactor } from './log-file/redact.ts';
export { tailLog } from './log-file/tail.ts';
export { withWhy } from './log-file/why-of.ts';
export {
  type ExitClass,
  errorText,
  type OpsCode,
  OpsError,
  type Remedy,
  systemErrorCode,
} from './ops-error.ts';
export { ownerOfPath } from './owner-of-path.ts';
export { resolvePaths, type StatePaths } from './paths.ts';
export { ensurePrivateDirectory, readTextIfPresent, writePrivateFile } from './private-file.ts';
export { isSameSecret } from './same-secret.ts';
export { type ClientTarget, resolveClientTarget } from './settings/client-target.ts';
export {
  type GatewayOverrides,
  type GatewaySettings,
  resolveGatewaySettings,
} from './settings/gateway-settings.ts';
export { isTailnetAddress } from './settings/tailnet-address.ts';
