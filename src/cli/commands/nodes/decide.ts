import { OpsError } from '../../../state/index.ts';
import { withGateway } from '../../connection/open-gateway.ts';
import { fetchWaitingNodes } from '../../nodes/fetch-pairing.ts';
import type { CommandRun } from '../../program/command-spec.ts';

/** `nodes approve`: pretty JSON of the gateway's answer, as the reference prints it. */
export const approve: CommandRun = decide('approve');

/** `nodes reject`. */
export const reject: CommandRun = decide('reject');

function decide(verb: 'approve' | 'reject'): CommandRun {
  return async (cli, { args, options }) => {
    const wanted = args[0] ?? '';
    const intention = `${verb} the request ${wanted}`;
    const answer = await withGateway({ cli, options, intention }, async (gateway) => {
      const waiting = await fetchWaitingNodes(gateway);
      const request = waiting.find(({ requestId, id }) => requestId === wanted || id === wanted);
      if (request === undefined) {
        throw new OpsError(
          'gateway/refused',
          `cannot ${intention}: unknown requestId: nobody waits under that id (requests end after 5 minutes)`,
          {
            remedies: [{ kind: 'run', command: ['clawdbot', 'nodes', 'pending'] }],
          },
        );
      }
      return gateway.call(`${request.via}.pair.${verb}`, { requestId: request.requestId });
    });
    // Both answers may carry the new node's token in clear (legacy pairing); it is of no use to a person.
    cli.out.value(withoutTokens(answer));
    return 0;
  };
}

function withoutTokens(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutTokens);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => (key === 'token' ? [] : [[key, withoutTokens(inner)]])),
  );
}
