import type { Difference } from './compare.ts';

/** Something our side does differently from the published one on purpose. */
export type DeliberateDifference = {
  /** Recordings it applies to; all when absent. */
  recordings?: RegExp;
  path: RegExp;
  kinds: readonly Difference['kind'][];
  /** It may or may not show, by timing; only such an entry may explain nothing in a whole run. */
  dependsOnTiming?: true;
  why: string;
};

/**
 * Every known difference of our gateway, with its reason. A replay fails for anything that is not listed here,
 * and the suite fails when an entry is no longer met by any recording.
 */
export const GATEWAY_DIFFERENCES: readonly DeliberateDifference[] = [
  {
    path: /^event connect\.challenge:payload\.capabilities$/,
    kinds: ['extra'],
    why: 'tells clients that signatures of version 3 are verified; programs of protocol 3 read nonce and time only',
  },
  {
    recordings: /^handshake-protocol-mismatch$/,
    path: /^(connect:(ok|error|payload)|close)$/,
    kinds: ['differs', 'missing', 'extra'],
    why: 'the recorded client asks for protocol 4, which is spoken here',
  },
  {
    path: /^event node\.invoke\.request:payload\.idempotencyKey$/,
    kinds: ['differs'],
    why: 'nodes get a digest of the key with its caller: they keep keys, and two devices would meet under one',
  },
  {
    path: /^connect:payload\.canvasHostUrl$/,
    kinds: ['missing'],
    why: 'there is no canvas host; the field is optional and absent where it is switched off',
  },
  {
    path: /^event voicewake\.changed$/,
    kinds: ['missing'],
    why: 'voice wake words belong to the assistant; the published node host ignores the event',
  },
  {
    recordings: /^presence-system-event$/,
    path: /^event presence$/,
    kinds: ['missing'],
    why: 'who else is connected, and from where, is not told to nodes',
  },
  {
    recordings: /^presence-system-event$/,
    path: /^order of event presence$/,
    kinds: ['differs'],
    dependsOnTiming: true,
    why: 'presence news is bundled so that a thousand joins are not a thousand broadcasts; it may follow the response',
  },
  {
    path: /^(event )?health:payload\.gateway$/,
    kinds: ['extra'],
    why: 'version, uptime and connections of the gateway; the published CLI ignores unknown keys in payloads',
  },
  {
    path: /^status:payload\.sessions\.defaults\.(model|contextTokens)$/,
    kinds: ['differs'],
    why: 'there is no assistant, so no model: null as in a published gateway without one',
  },
  {
    path: /^device\.pair\.(list|approve):payload\.(paired|device)\.(approvedVia|lastSeenAtMs|lastSeenReason|scopes)$/,
    kinds: ['extra'],
    why: 'tells who approved a device and when it was last seen; an empty list of scopes is shown and not left out',
  },
  {
    path: /^exec\.approval\.request:payload\.terminalReason$/,
    kinds: ['extra'],
    why: 'says why there is no decision: time ran out, nobody can decide, cancelled',
  },
  {
    path: /^config\.patch:payload\.(restart\.(ok|signal|delayMs|mode)|sentinel)$/,
    kinds: ['differs', 'missing'],
    why: 'the gateway restarts because it watches its file; no signal is sent and no sentinel wakes an assistant',
  },
  {
    recordings: /^health-status-config-logs$/,
    path: /^config\.set:(ok|error|payload)$/,
    kinds: ['differs', 'missing', 'extra'],
    why: 'unknown keys are kept and reported, they never make a config invalid (files of other releases have many)',
  },
  {
    path: /^(event )?node\.pair\.[a-z]+:payload\.((request|pending|paired|node)\.)?source$/,
    kinds: ['extra'],
    why: 'tells nodes that connected from those entered by hand; both are in one store',
  },
  {
    path: /^node\.pair\.list:payload\.(pending|paired)$/,
    kinds: ['extra'],
    why: 'nodes that connected are listed with those entered by hand, so that `nodes pending` shows everything',
  },
  {
    path: /^node\.pair\.list:payload\.paired\.token$/,
    kinds: ['missing'],
    why: 'tokens are handed out once, by the approval, and never listed',
  },
  {
    recordings: /^node-rename-unknown$/,
    path: /^node\.rename:(ok|error|payload)$/,
    kinds: ['differs', 'missing', 'extra'],
    why: 'nodes that connected can be renamed too',
  },
  {
    path: /^event node\.invoke\.request:payload\.paramsJSON\(\)\.approved$/,
    kinds: ['missing'],
    why: 'only an approval record makes a run approved; the word of a client is not passed on',
  },
];

/** The same for our node host when a recorded gateway asks it. */
export const NODE_DIFFERENCES: readonly DeliberateDifference[] = [
  {
    path: /^connect params:(maxProtocol|client\.deviceFamily)$/,
    kinds: ['differs', 'extra'],
    why: 'speaks protocol 4 too, and says what kind of machine it is, which decides there what it may do',
  },
  {
    path: /^connect params:(caps|commands)$/,
    kinds: ['differs'],
    why: 'there is no browser to offer',
  },
  {
    path: /^node\.invoke\.result params:payloadJSON\(\)\.(signal|endedBy|reason)$/,
    kinds: ['extra'],
    why: 'says what ended a command or kept it from starting; the published CLI ignores unknown keys',
  },
  {
    path: /^node\.invoke\.result params:payloadJSON\(\)\.file\.agents$/,
    kinds: ['missing'],
    why: 'a stored file is shown as it was stored; empty sections are not made up',
  },
  {
    recordings: /^run-auto-allow-skills$/,
    path: /^(skills\.bins|node\.(event|invoke\.result) params:.*)$/,
    kinds: ['missing', 'differs', 'extra'],
    why: 'a name in a list of helper programs says nothing about the file that would run, so it allows nothing',
  },
  {
    recordings: /^run-env-override$/,
    path: /^node\.(event|invoke\.result) params:/,
    kinds: ['missing', 'differs', 'extra'],
    why: 'a run whose environment may change what runs is refused by name; dropping variables would run something else',
  },
];

/** The same for what our command line sends to a recorded gateway. */
export const CLI_DIFFERENCES: readonly DeliberateDifference[] = [
  {
    path: /^connect params:(maxProtocol|client\.deviceFamily)$/,
    kinds: ['differs', 'extra'],
    why: 'speaks protocol 4 too; platform and family are part of what it signs there',
  },
  {
    path: /^connect params:client\.instanceId$/,
    kinds: ['missing'],
    why: 'a fresh id for each call tells the gateway nothing that the device id does not',
  },
  {
    recordings: /^cli-probe$/,
    path: /^connect params:(client\.mode|scopes)$/,
    kinds: ['differs'],
    why: 'a probe is an ordinary call, so it proves what the next command will meet and leaves no presence entry behind',
  },
  {
    path: /^exec\.approval\.request params:id$/,
    kinds: ['extra'],
    why: 'the caller names its request, so that it can withdraw it when it gives up',
  },
  {
    path: /^node\.invoke params:params\.runId$/,
    kinds: ['extra'],
    why: 'the caller names its run, so that it can follow the output and cancel it',
  },
];

/** Differences that none in the list explains. Each explanation used is added to `used`. */
export function unexplained<Found extends Difference>(
  list: readonly DeliberateDifference[],
  recording: string,
  found: readonly Found[],
  used: Set<DeliberateDifference> = new Set(),
): Found[] {
  return found.filter((difference) => {
    const reason = list.find(
      ({ recordings, path, kinds }) =>
        (recordings === undefined || recordings.test(recording)) &&
        path.test(difference.path) &&
        kinds.includes(difference.kind),
    );
    if (reason !== undefined) used.add(reason);
    return reason === undefined;
  });
}

/** Whether a list knows that what is at a path of a recording does not come. */
export function mayBeMissing(
  list: readonly DeliberateDifference[],
  recording: string,
  path: string,
): boolean {
  return (
    unexplained(list, recording, [{ path, kind: 'missing', sample: undefined, live: undefined }]).length === 0
  );
}

/** Entries of a list that explained nothing, for the message of a failed assertion. */
export function idle(
  list: readonly DeliberateDifference[],
  used: ReadonlySet<DeliberateDifference>,
): string[] {
  return list
    .filter((difference) => !used.has(difference) && !difference.dependsOnTiming)
    .map(({ path, why }) => `${path}: ${why}`);
}
