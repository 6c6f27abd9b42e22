export { type AlwaysEntries, alwaysEntries } from './always.ts';
export {
  type AnswerOutcome,
  type ApprovalAnswer,
  type ApprovalRecord,
  answerApproval,
  approvalBinding,
  type BoundRequest,
  openApproval,
  type TakeOutcome,
  takeApproval,
} from './approval-record.ts';
export { type DecisionFacts, decide, decideUnattended } from './decide.ts';
export type { DecisionCode, ExecDecision, ProgramFinding } from './decision.ts';
export { type CommandDisplay, displayCommand, maskSecrets, visibleText } from './display.ts';
export {
  type EffectiveSettings,
  effectiveSettings,
  type Rule,
  type SettingsBase,
} from './effective-settings.ts';
export { checkEnvironment } from './environment.ts';
export { type ExecRequest, type ParsedRequest, parseExecRequest } from './exec-request.ts';
export { type CaseAnswer, explainCases } from './explain-cases.ts';
export { type FileFacts, realFileFacts } from './file-facts.ts';
export { type HostFacts, readHostFacts } from './host-facts.ts';
export { type PatternRisk, patternRisk } from './pattern-risk.ts';
export type { StartPlan } from './plan.ts';
export { type AddOutcome, addEntry, type EntrySpec, entriesOf, removeEntry } from './policy-edit.ts';
export type { Ask, PolicyEntry, PolicyFile, PolicyScope, Security } from './policy-schema.ts';
export {
  type LoadedPolicy,
  loadPolicyFile,
  type PolicySnapshot,
  policySnapshot,
  type ReplaceOutcome,
  replacePolicyFile,
  type SnapshotSpeaker,
  settingsOf,
} from './policy-store.ts';
export { parsePolicyText, parsePolicyValue } from './policy-text.ts';
export { type RuleUse, type RuleUses, readUses, recordUses } from './rule-uses.ts';
export { type StartOutcome, startPlan, verifyPlan } from './start-plan.ts';
export { type Suggestion, type Suggestions, suggestEntries } from './suggest-entries.ts';
