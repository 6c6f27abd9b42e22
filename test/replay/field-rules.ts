/**
 * How a value is compared.
 * - `literal`: equal, after known ids were replaced.
 * - `name`: an id, token or hash: any value of the same form the first time, the same one ever after.
 * - `type`: same JSON type; for a counter or a clock also an integer.
 * - `shape`: types all the way down; lists may differ in length.
 * - `ignore`: not looked at.
 */
export type Rule = 'literal' | 'name' | 'type' | 'shape' | 'ignore';

/**
 * What cannot be the same in two runs, or belongs to the host and not to the protocol. First match wins; everything
 * else is literal. A path is `method:payload.key…` for a response, `event NAME:payload.key…` for an event,
 * `METHOD params:key…` for what a client sends; list positions are left out.
 */
export const FIELD_RULES: readonly (readonly [path: RegExp, rule: Rule])[] = [
  // who the client under test is: its identity and token are its own, checked by verifying the signature
  [/^connect params:(auth\.token|device|client\.version|pathEnv|locale|userAgent)$/, 'type'],
  [/^connect params:device\./, 'ignore'],
  // clocks, counters, ages
  [
    /(\.|:)(ts|seq|uptimeMs|durationMs|age|updatedAt|signedAt|lastUsedAt|[A-Za-z]+AtMs|pid|cursor|size)$/,
    'type',
  ],
  [/stateVersion\.(presence|health)$/, 'type'],
  // made by the gateway, referred to later
  [/(\.|:)(requestId|connId|nonce|deviceToken|token|hash|runId|idempotencyKey|instanceId|id)$/, 'name'],
  // the machine the client under test runs on
  [/payloadJSON\(\)\.(path|file\.socket\.path)$/, 'type'],
  [/payloadJSON\(\)\.bins\./, 'type'],
  // facts about the host and the build
  [/payload\.server\.(host|version)$/, 'type'],
  [/payload\.(snapshot\.(configPath|stateDir)|canvasHostUrl|path|file)$/, 'type'],
  [/payload\.file\.socket\.path$/, 'type'],
  [/payload\.sentinel\.path$/, 'type'],
  // presence belongs to who else is connected; entries are checked by `checkPresence`
  [/payload\.(snapshot\.)?presence$/, 'ignore'],
  [/^system-presence:payload$/, 'ignore'],
  // what is in the lists differs by build; the names this product needs are checked in the unit tests of src/gateway
  [/payload\.features\.(methods|events)$/, 'type'],
  [/^skills\.bins:payload\.bins$/, 'type'],
  [/^node\.list:payload\.nodes\.pathEnv$/, 'literal'],
  // reports about the host's own files, agents and log
  [/^(event )?health:payload\./, 'shape'],
  [/payload\.snapshot\.health$/, 'ignore'],
  [/^status:payload$/, 'shape'],
  [/^last-heartbeat:payload$/, 'ignore'],
  [/^logs\.tail:payload\.(lines|truncated|reset)$/, 'shape'],
  [/^config\.(get|set|patch):payload\.(raw|parsed|config|warnings|legacyIssues)$/, 'type'],
  [/^config\.patch:payload\.sentinel\.payload$/, 'type'],
  [/^exec\.approvals\.(get|set):payload\.file$/, 'shape'],
];

/** The rule for a path. */
export function ruleFor(path: string): Rule {
  return FIELD_RULES.find(([pattern]) => pattern.test(path))?.[1] ?? 'literal';
}
