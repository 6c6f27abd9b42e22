export { assertNever } from './assert-never.ts';
export type { ConfigIssue, UnknownKey } from './config/issue.ts';
export { type ConfigSchemaDocument, configSchema } from './config/json-schema.ts';
export { formatKeyPath, type KeyPath, parseKeyPath } from './config/key-path.ts';
export { type LoadedConfig, loadConfig } from './config/load.ts';
export { parseJson5 } from './config/parse.ts';
export type { Config } from './config/schema.ts';
export { type ConfigReading, hashConfigText, validateConfigText } from './config/validate.ts';
export { type ConfigWatch, type ConfigWatchOptions, watchConfig } from './config/watch.ts';
export {
  type ConfigWrite,
  getConfigValue,
  mergePatchConfig,
  replaceConfigText,
  setConfigValue,
  unsetConfigValue,
} from './config/write.ts';
export type { RefusalReason, WriteOptions, WriteRefusal } from './config/write-outcome.ts';
export type { AuditStore } from './database/audit-store.ts';
export type { AuditEntry, AuditFilter, AuditRow, AuditVerdict } from './database/audit-types.ts';
export type { DeviceApproval, DeviceSeen, DeviceStore } from './database/device-store.ts';
export type { LegacyNode } from './database/node-rows.ts';
export type { NodeApproval, NodeStore } from './database/node-store.ts';
export { openDatabase, type Store } from './database/open.ts';
export { pairingReason } from './database/pairing-reason.ts';
export {
  type ApprovedVia,
  type DeviceAsk,
  type DeviceRequest,
  type IssuedToken,
  type NodeFacts,
  type NodeRequest,
  type PairedDevice,
  type PairedNode,
  type PairingReason,
  PENDING_LIFE_MS,
  type Surface,
  type TokenSummary,
} from './database/pairing-types.ts';
export type { RunStore } from './database/run-store.ts';
export type { RunBegin, RunFilter, RunRecord, RunStart } from './database/run-types.ts';
export type { TakeOver } from './database/take-over.ts';
export type { TokenStore, TokenVerdict } from './database/token-store.ts';
export {
  forgetDeviceToken,
  readDeviceToken,
  type StoredDeviceToken,
  writeDeviceToken,
} from './identity/device-auth.ts';
export { type DeviceIdentity, loadIdentity, loadOrCreateIdentity } from './identity/device-identity.ts';
export { type NodeConfig, newNodeConfig, readNodeConfig, writeNodeConfig } from './identity/node-config.ts';
export { escapeControls } from './log-file/console-line.ts';
export { resolveLogPath } from './log-file/log-path.ts';
export {
  type Logger,
  type LoggerOptions,
  type LogLevel,
  type OpenLogger,
  openLogger,
} from './log-file/logger.ts';
export { type ParsedLogLine, parseLogLine } from './log-file/parse-line.ts';
export { createRedactor, type Redactor } from './log-file/redact.ts';
export { type LogTail, type TailOptions, tailLog } from './log-file/tail.ts';
export {
  type ExitClass,
  errorText,
  OPS_CODES,
  type OpsCode,
  OpsError,
  type Remedy,
  systemErrorCode,
} from './ops-error.ts';
export { type PathEnvironment, resolvePaths, type StatePaths } from './paths.ts';
export { ensurePrivateDirectory, readTextIfPresent, writePrivateFile } from './private-file.ts';
export { isSameSecret } from './same-secret.ts';
export { type ClientTarget, resolveClientTarget, type TargetOverrides } from './settings/client-target.ts';
export {
  type GatewayOverrides,
  type GatewaySettings,
  resolveGatewaySettings,
  type SettingProblem,
} from './settings/gateway-settings.ts';
export { findTailnetAddress } from './settings/listen-addresses.ts';
export type { SettingSource } from './settings/sources.ts';
