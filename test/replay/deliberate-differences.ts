import type { Finding } from './play-client-side.ts';

/** Something this gateway does differently from the published one on purpose. */
export type DeliberateDifference = {
  /** Recordings it applies to; all when absent. */
  recordings?: RegExp;
  path: RegExp;
  kinds: readonly Finding['kind'][];
  why: string;
};

/**
 * Every known difference, with its reason. A replay against our gateway fails for anything that is not listed here,
 * and the suite fails when an entry is no longer met by any recording.
 */
export const DELIBERATE_DIFFERENCES: readonly DeliberateDifference[] = [
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
    why: 'presence news is bundled so that a thousand joins are not a thousand broadcasts; it may follow the response',
  },
  {
    path: /^health:payload\.gateway$/,
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
    path: /^exec\.approvals\.get:payload\.file\.(socket|defaults|agents)/,
    kinds: ['missing'],
    why: 'the file is shown as it is; empty sections and a socket that only exists on macOS are not made up',
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

/** Findings that no listed difference explains. Each explanation used is added to `used`. */
export function unexplained(
  recording: string,
  findings: readonly Finding[],
  used: Set<DeliberateDifference>,
): Finding[] {
  return findings.filter((finding) => {
    const reason = DELIBERATE_DIFFERENCES.find(
      ({ recordings, path, kinds }) =>
        (recordings === undefined || recordings.test(recording)) &&
        path.test(finding.path) &&
        kinds.includes(finding.kind),
    );
    if (reason !== undefined) used.add(reason);
    return reason === undefined;
  });
}
