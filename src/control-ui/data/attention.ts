import { effect } from '@preact/signals';
import { RequestError } from '../../protocol/index.ts';
import type { App } from '../app.ts';
import type { Link } from '../link/link.ts';
import { t } from '../text/translate.ts';
import { type Report, reportSchema } from './doctor-wire.ts';
import { createResource, type Resource } from './resource.ts';
import { forgetRuns } from './runs.ts';
import {
  type Approval,
  approvalSchema,
  listOf,
  nodeSchema,
  type Offer,
  offerSchema,
  type PairRequest,
  pairedDeviceSchema,
  pairRequestSchema,
  property,
} from './wire.ts';

/** Pairing requests end by themselves without an event (gateway-protocol §8), so the list is read again this often. */
const PAIRING_EVERY_MS = 15_000;
const NODES_EVERY_MS = 15_000;
/** The gateway looks by itself and tells with an event when the worst finding changes. */
const DOCTOR_EVERY_MS = 60_000;
/** A look may wait for hanging helpers. */
const DOCTOR_WITHIN_MS = 30_000;

/** The lists that can ask for somebody: nodes, pairing requests, questions about commands. */
export function createApp(link: Link): App {
  effect(() => {
    const state = link.state.value;
    if (state.kind === 'signed-out' && !state.hasEnded) forgetRuns();
  });
  return {
    link,
    nodes: createResource(link, {
      load: async () => listOf(nodeSchema, property(await link.call('node.list', {}), 'nodes')),
      everyMs: NODES_EVERY_MS,
      events: ['presence', 'device.pair.resolved', 'node.pair.resolved'],
    }),
    pairing: createResource(link, {
      load: async () => {
        if (!link.may('operator.pairing')) return { pending: [], paired: [] };
        const [answer, nodes] = await Promise.all([
          link.call('device.pair.list', {}),
          link.call('node.pair.list', {}),
        ]);
        return {
          pending: withOffers(
            listOf(pairRequestSchema, property(answer, 'pending')),
            listOf(offerSchema, property(nodes, 'pending')),
          ),
          paired: listOf(pairedDeviceSchema, property(answer, 'paired')),
        };
      },
      everyMs: PAIRING_EVERY_MS,
      events: ['device.pair.requested', 'device.pair.resolved', 'node.pair.requested', 'node.pair.resolved'],
    }),
    approvals: createApprovals(link),
    doctor: createDoctor(link),
  };
}

/** What nodes offer stands in `node.pair.list`; a paired node that offers more stands there alone. */
function withOffers(devices: readonly PairRequest[], offers: readonly Offer[]): PairRequest[] {
  const byId = new Map(offers.map((offer) => [offer.requestId, offer]));
  const wider = offers.filter(({ source }) => source === 'surface');
  return [
    ...devices.map((request) => ({ ...request, commands: byId.get(request.requestId)?.commands })),
    ...wider.map(({ nodeId, approved, source: _source, ...offer }) => ({
      ...offer,
      deviceId: nodeId,
      role: 'node',
      isRepair: true,
      approved: approved?.commands ?? [],
    })),
  ];
}

function createApprovals(link: Link): Resource<Approval[]> {
  return createResource<Approval[]>(link, {
    load: async () =>
      link.may('operator.approvals') ? listOf(approvalSchema, await link.call('exec.approval.list', {})) : [],
    everyMs: 60_000,
    apply: (known, { event, payload }) => {
      // The list that was asked for meanwhile may have it already.
      if (event === 'exec.approval.requested')
        return [
          ...known.filter(({ id }) => id !== property(payload, 'id')),
          ...listOf(approvalSchema, [payload]),
        ];
      if (event === 'exec.approval.resolved') return known.filter(({ id }) => id !== property(payload, 'id'));
      return undefined;
    },
  });
}

/** A gateway of another make has no doctor: null. */
function createDoctor(link: Link): Resource<Report | null> {
  return createResource<Report | null>(link, {
    load: async () => {
      if (!link.offers('doctor.report')) return null;
      let answer: unknown;
      try {
        answer = await link.call('doctor.report', {}, { timeoutMs: DOCTOR_WITHIN_MS });
      } catch (thrown) {
        if (thrown instanceof RequestError && thrown.message.includes('without a doctor')) return null;
        throw thrown;
      }
      const parsed = reportSchema.safeParse(answer);
      if (!parsed.success) throw new Error(t('reason.unreadable'));
      return parsed.data;
    },
    everyMs: DOCTOR_EVERY_MS,
    // A look costs the machine a third of a second of processor time.
    isLate: true,
    events: ['doctor'],
  });
}

/** Questions that can still be answered. */
export function openApprovals(approvals: readonly Approval[] | undefined, nowMs: number): Approval[] {
  return (approvals ?? []).filter(({ expiresAtMs }) => expiresAtMs > nowMs);
}
