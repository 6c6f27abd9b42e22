import * as z from 'zod/mini';
import { systemRunPlanSchema } from './system-run-plan.ts';

const text = z.string().check(z.minLength(1));
const nullableText = z.optional(z.nullable(z.string()));
const none = z.strictObject({});

/** What protocol 4 adds to `exec.approval.request` (protocol-now §10.2); labels are taken and not looked at. */
export const approvalRequestAdditions = {
  systemRunPlan: z.optional(systemRunPlanSchema),
  /** Two answers under one id: `{status: "accepted"}` at once, the decision later. */
  twoPhase: z.optional(z.boolean()),
  warningText: nullableText,
  suppressDelivery: z.optional(z.boolean()),
  deliverToApprovalClientsOnly: z.optional(z.boolean()),
  unavailableDecisions: z.optional(z.array(z.literal('allow-always'))),
  approvalReviewerDeviceIds: z.optional(z.array(text)),
  commandSpans: z.optional(z.unknown()),
  scope: z.optional(z.unknown()),
  sessionId: nullableText,
  runId: nullableText,
  toolCallId: nullableText,
  turnSourceChannel: nullableText,
  turnSourceTo: nullableText,
  turnSourceAccountId: nullableText,
  turnSourceThreadId: z.optional(z.nullable(z.union([z.string(), z.number()]))),
};

/** Parameters of the methods that only protocol 4 has (protocol-now §§5.3, 6, 8, 10, 11). */
export const addedMethodParams = {
  /** Takes the node role away: token, offer and open requests with it. */
  'node.pair.remove': z.strictObject({ nodeId: text }),
  'device.pair.rename': z.strictObject({ deviceId: text, label: z.string() }),
  /** A chunk of output of a running call. */
  'node.invoke.progress': z.strictObject({
    invokeId: text,
    nodeId: text,
    seq: z.int().check(z.gte(0)),
    chunk: z.string().check(z.maxLength(16_384)),
  }),
  'exec.approval.get': z.strictObject({ id: text }),
  'exec.approval.waitDecision': z.strictObject({ id: text }),
  'approval.get': z.strictObject({ id: text }),
  'approval.resolve': z.strictObject({ id: text, kind: z.string(), decision: z.string() }),
  'approval.history': z.looseObject({}),
  /** Always empty: there are no plugins here. */
  'plugin.approval.list': none,
  'openclaw.approval.list': none,
  'gateway.identity.get': none,
} as const;
