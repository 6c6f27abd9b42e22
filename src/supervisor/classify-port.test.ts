import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classOf, type ListenerClass } from './classify-port.ts';
import type { HolderRecord } from './holder-types.ts';
import type { IdentityAnswer, ListenerAnswer } from './identity-answer.ts';
import type { Listener } from './listeners.ts';

const OURS = { pid: 100, startTicks: 5, bootId: 'boot' };
const OTHER = { pid: 200, startTicks: 9, bootId: 'boot' };
const record = { ...OURS, uid: 1000 } as HolderRecord; // classOf reads identity and uid only
const answerOf = (life: typeof OURS, stateDirHash: string): ListenerAnswer => {
  const identity: IdentityAnswer = {
    service: 'clawdbot-gateway',
    ...life,
    stateDirHash,
    version: '1',
    state: 'serving',
  };
  return { kind: 'identity', scheme: 'http', identity };
};
const listener = (holders: readonly (typeof OURS & { innerPid?: number })[], hidden?: string, uid = 1000) =>
  ({ family: 'ipv4', address: '127.0.0.1', port: 1, uid, inode: 1, holders, hidden }) as unknown as Listener; // no other field is read
const SILENT: ListenerAnswer = { kind: 'silent', waitedMs: 400 };
const WEB: ListenerAnswer = { kind: 'other', said: 'it answers HTTP 200 without an identity' };

const TABLE: readonly [
  what: string,
  class_: ListenerClass,
  listener: Listener,
  answer: ListenerAnswer,
  record?: HolderRecord,
][] = [
  ['our pid has the socket and answers', 'ours', listener([OURS]), answerOf(OURS, 'here'), record],
  [
    'ours in a container, by its number there',
    'ours',
    listener([{ ...OURS, pid: 700, innerPid: 100 }]),
    SILENT,
    record,
  ],
  [
    'the same number in a container, started at another time',
    'foreign',
    listener([{ ...OTHER, pid: 700, innerPid: 100 }]),
    SILENT,
    record,
  ],
  ['our pid has the socket but is silent (stopped)', 'ours', listener([OURS]), SILENT, record],
  [
    'no record, but the answering pid has the socket and knows our directory',
    'ours',
    listener([OURS]),
    answerOf(OURS, 'here'),
  ],
  [
    'a parent shares the socket with the gateway that answers',
    'ours',
    listener([OTHER, OURS]),
    answerOf(OURS, 'here'),
  ],
  [
    'hidden holders, answer, uid and record agree',
    'ours',
    listener([], 'hidden'),
    answerOf(OURS, 'here'),
    record,
  ],
  [
    'hidden holders, the socket is of another uid',
    'unknown',
    listener([], 'hidden', 0),
    answerOf(OURS, 'here'),
    record,
  ],
  ['hidden holders and no record', 'unknown', listener([], 'hidden'), answerOf(OURS, 'here')],
  ['a gateway of another directory', 'sibling', listener([OTHER]), answerOf(OTHER, 'there'), record],
  [
    'a program that repeats our identity without being us',
    'foreign',
    listener([OTHER]),
    answerOf(OURS, 'here'),
    record,
  ],
  ['a later process with our pid', 'foreign', listener([{ ...OURS, startTicks: 6 }]), WEB, record],
  ['another web server', 'foreign', listener([OTHER]), WEB, record],
  ['a silent stranger', 'foreign', listener([OTHER]), SILENT, record],
  ['a web server that cannot be seen', 'unknown', listener([], 'hidden'), WEB, record],
];

for (const [what, expected, socket, answer, known] of TABLE) {
  test(`${what}: ${expected}`, () => {
    assert.equal(classOf(socket, answer, { stateDirHash: 'here', record: known }).class, expected);
  });
}
