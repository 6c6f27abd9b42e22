import type { FourFinding } from './play-four.ts';

/** Something our gateway does differently from OpenClaw's on purpose. */
type FourDifference = {
  /** Recordings it applies to; all when absent. */
  recordings?: RegExp;
  /** Lines it applies to; all when absent. */
  lines?: readonly number[];
  path: RegExp;
  why: string;
};

/** Every known difference, with its reason. A replay fails for anything that is not listed, and for idle entries. */
export const FOUR_DIFFERENCES: readonly FourDifference[] = [
  {
    path: /^(connect\.challenge payload\.capabilities\[\]|response payload\.(server\.(buildId|bootId|controlUiBuildSource)|features\.capabilities|snapshot\..*|pluginSurfaceUrls|auth\.(recovery.*)|policy\.(attachments|allowedSessionVisibilities|hasMultiple.*)))$/,
    why: 'what belongs to the assistant, its page and its updates; clients do without (protocol-now §3.5)',
  },
  {
    path: /^response payload\.(canvasHostUrl|bins\[\])$/,
    why: 'there is no canvas host and no list of helper programs',
  },
  {
    recordings: /^0[56]/,
    lines: [5, 60],
    path: /^response payload\.auth\.method$/,
    why: 'a 3..3 client is answered in the form of protocol 3, so that a node that fell back does not reconnect (§2.3)',
  },
  {
    recordings: /^(02|12)/,
    lines: [7, 9, 10, 11, 12, 13, 15, 17, 19, 23, 37],
    path: /^response (ok|error\.(code|retryable|details\.code)|payload)$/,
    why: 'a node whose offer waits may publish and is told `unknown method` for what is not here; nothing is refused with PAIRING_CHANGED that would work; health is for operators',
  },
  {
    recordings: /^0[789]/,
    path: /^(response (ok|error\.(code|details\.code))|close)$/,
    why: 'recorded where the generations refuse each other; here both are served',
  },
  {
    recordings: /^10/,
    path: /^response (ok|error\.code|payload)$/,
    why: 'there are no setup codes; a node is joined with the token and one approval',
  },
  {
    recordings: /^11/,
    lines: [15],
    path: /^response error\.details\.(code|reason)$/,
    why: 'a missing nonce is refused as such and not as a missing property, which says more',
  },
  {
    recordings: /^12/,
    lines: [70],
    path: /^response error\.details\.code$/,
    why: 'played without the recorded pause the node is just leaving, and the answer is that it left',
  },
  {
    recordings: /^12/,
    lines: [64],
    path: /^node\.invoke\.request$/,
    why: 'a repeated idempotency key runs nothing twice: it gets the answer of the first',
  },
  {
    recordings: /^13/,
    lines: [31, 36, 38, 39],
    path: /^(node\.pair\.(requested|resolved)|response (ok|error\.code|payload(\.pending\[\])?))$/,
    why: 'the wider offer is fs.listDir, which is not permitted here unless gateway.nodes.allowCommands names it; so nobody is asked',
  },
  {
    recordings: /^13/,
    lines: [45, 46],
    path: /^(response payload\.tokenDelivery|close)$/,
    why: 'rotating a token gives it to whoever may ask for it and leaves the connection, as in protocol 3; revoking closes',
  },
  {
    path: /^response payload\.(pending\[\]\.silent|(paired\[\]|node)\.(version|caps\[\]|commands\[\]|last[A-Za-z]+)|nodes\[\]\.(version|caps\[\]|commands\[\]|pathEnv|connectedAtMs|sessionHost|nodePluginTools|hostStats|last[A-Za-z]+))$/,
    why: 'facts about nodes that this gateway does not keep, or keeps under `connected` rows only',
  },
  {
    recordings: /^03/,
    path: /^response payload\.(event|handled|reason)$/,
    why: 'reports of a node about its host are taken without being looked at',
  },
  {
    recordings: /^(04|17)/,
    path: /^(response payload\[\]|exec\.approval\.re[a-z]+ payload)\.request\.commandAnalysis$/,
    why: 'the node itself says what it found (`why`); nothing is guessed from the words',
  },
  {
    recordings: /^17/,
    path: /^response payload\.approval\.(resolvedAtMs|source)$/,
    why: 'who answered and with what is told; when, is in the audit',
  },
];

/** The entry that explains a finding at this place of a recording, if there is one. */
export function knownDifference(
  recording: string,
  { line, path }: Pick<FourFinding, 'line' | 'path'>,
): FourDifference | undefined {
  return FOUR_DIFFERENCES.find(
    (each) =>
      (each.recordings === undefined || each.recordings.test(recording)) &&
      (each.lines === undefined || each.lines.includes(line)) &&
      each.path.test(path),
  );
}

/** Findings that nothing in the list explains; explanations used are added to `used`. */
export function unexplainedFour(
  recording: string,
  findings: readonly FourFinding[],
  used: Set<FourDifference>,
): FourFinding[] {
  return findings.filter((finding) => {
    const reason = knownDifference(recording, finding);
    if (reason !== undefined) used.add(reason);
    return reason === undefined;
  });
}
