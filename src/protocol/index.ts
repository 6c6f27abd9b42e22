/** What peers say to each other. Nothing here touches files or processes; the page uses it too. */
export * from './client.ts';
export * from './client-names.ts';
export { commandText } from './command-text.ts';
export { type ConnectParams, connectParamsSchema, signedToken } from './connect-params.ts';
export * from './device-signature.ts';
export * from './error-shape.ts';
export * from './frames.ts';
export * from './method-scopes.ts';
export * from './negotiate.ts';
export * from './numbers.ts';
export { refusedUpgrade } from './refused-upgrade.ts';
export * from './v3/doctor.ts';
export * from './v3/exec-output.ts';
export { isMethodName, type MethodName, type MethodParams, methodParams } from './v3/method-params.ts';
export * from './v3/payloads.ts';
export { type RunDecision, runDecisionSchema } from './v3/run-decision.ts';
export * from './v3/service-status.ts';
export {
  type SystemRunParams,
  systemRunParamsSchema,
  systemWhichParamsSchema,
} from './v3/system-run-params.ts';
export { preparedRunSchema, type SystemRunPlan, systemRunPlanSchema } from './v4/system-run-plan.ts';
export { validationText } from './validation-text.ts';
