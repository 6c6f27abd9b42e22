import { dirname } from 'node:path';
import type { PolicyContext } from '../run/decide-run.ts';
import { createPreparedPlans } from '../run/prepared-plans.ts';
import type { EndReason, RunningGroup } from '../run/run-group.ts';
import { createRunLedger } from '../run/run-ledger.ts';
import { createUseRecorder } from '../run/use-recorder.ts';
import { explainCommand, readApprovals, writeApprovals } from './exec-approvals.ts';
import type { InvokePeer } from './invoke-peer.ts';
import { type InvokeReply, invalid, unavailable } from './reply.ts';
import { type RunHost, systemRun } from './system-run.ts';
import { prepareCommand } from './system-run-prepare.ts';
import { systemStats } from './system-stats.ts';
import { systemWhich } from './system-which.ts';

/** What this node host answers, as declared in `connect` (the reference's list without its browser; `explain` and `stats` are ours). */
export const NODE_COMMANDS = [
  'system.run',
  'system.run.prepare',
  'system.which',
  'system.execApprovals.get',
  'system.execApprovals.set',
  'system.execApprovals.explain',
  'system.stats',
] as const;

/** One `node.invoke.request`, read. */
export type Invoke = { id: string; command: string; params: unknown; idempotencyKey: string | undefined };

export type NodeCommands = {
  /** Answers one invoke. Never rejects. */
  answer(invoke: Invoke, peer: InvokePeer): Promise<InvokeReply>;
  /** Ends the run that an invoke started; nothing happens for an unknown one. */
  cancel(invokeId: string): void;
  /** Ends every running command and waits until they are gone. Gives their number. */
  endAll(reason: EndReason): Promise<number>;
  /** SIGKILL instead of asking, for whoever is in a hurry. */
  killAll(reason: EndReason): void;
  /** Writes what was held back for later. */
  flush(): void;
};

export type CommandOptions = {
  policy: PolicyContext;
  log: { info(text: string): void };
};

/** The node commands of one process; they outlive connections, so that a key runs once even across a reconnect. */
export function createNodeCommands({ policy, log }: CommandOptions): NodeCommands {
  const running = new Map<string, RunningGroup>();
  const { policyPath } = policy;
  const uses = createUseRecorder(policyPath, log);
  const runHost: RunHost = {
    uses,
    policy,
    plans: createPreparedPlans(),
    // A key is about 60 bytes, a reply at most 200 kB of output.
    ledger: createRunLedger<InvokeReply>({ maxKeys: 20_000, maxReplyBytes: 16_000_000, sizeOf: replySize }),
    adopt(invokeId, group) {
      running.set(invokeId, group);
      void group.ended.then(() => running.delete(invokeId));
    },
    log,
  };

  function dispatch({ id, command, params, idempotencyKey }: Invoke, peer: InvokePeer) {
    switch (command) {
      case 'system.run':
        return systemRun({ invokeId: id, idempotencyKey, params }, peer, runHost);
      case 'system.run.prepare':
        return prepareCommand(params, runHost);
      case 'system.which':
        return systemWhich(params, policy.host.searchPath);
      case 'system.execApprovals.get':
        return readApprovals(policyPath);
      case 'system.execApprovals.set':
        // Only node.invoke carries a key (gateway-protocol §16), and it needs less of a caller than the method made for
        // this: whoever may run what the policy allows must not be able to change the policy.
        if (idempotencyKey !== undefined) return invalid(USE_THE_METHOD);
        return writeApprovals(params, policyPath);
      case 'system.execApprovals.explain':
        return explainCommand(params, policy);
      case 'system.stats':
        return systemStats(dirname(policyPath));
      default:
        return unavailable('command not supported');
    }
  }

  return {
    async answer(invoke, peer) {
      try {
        return await dispatch(invoke, peer);
      } catch (thrown) {
        log.info(`cannot answer ${invoke.command}: ${String(thrown)}`);
        return unavailable(String(thrown));
      }
    },
    cancel: (invokeId) => running.get(invokeId)?.end('cancel'),
    async endAll(reason) {
      const groups = [...running.values()];
      for (const group of groups) group.end(reason);
      await Promise.all(groups.map((group) => group.ended));
      return groups.length;
    },
    killAll(reason) {
      for (const group of running.values()) group.kill(reason);
    },
    flush: uses.flush,
  };
}

const USE_THE_METHOD = 'Error: INVALID_REQUEST: exec approvals are changed with exec.approvals.node.set only';

function replySize(reply: InvokeReply): number {
  return reply.ok ? JSON.stringify(reply.payload).length : 100;
}
