/**
 * Programs that carry listening sockets from one process of ours to another.
 *
 * Node can send a descriptor (SCM_RIGHTS, unix(7)) only over the channel to a child, and receive one only from there or
 * over the channel it was started with (`NODE_CHANNEL_FD`, child_process documentation). So neither side does it itself:
 *
 *     old owner ==> keeper ==> sender ----- socket file -----> receiver ==> sender ----> new owner
 *                                         (channel of both)               (channel of the first child)
 *
 * `==>` is inheritance at start, `-->` a message with descriptors. Each program lives for some 50 ms, the keeper as long
 * as the hand-over. None of them accepts a connection: what comes meanwhile waits in the queue of the socket.
 *
 * What goes over a channel is the bare handle of a socket that was never told to read, `_handle`: Node documents
 * `net.Server` there, but makes it accept connections on arrival. Where a Node should not know this any more, nothing
 * arrives, and the new owner opens sockets of its own.
 */

/** Descriptors to be carried begin here; 3 is the channel. */
const FIRST_CARRIED_FD = 4;

/** 5 s: each of them does a few milliseconds of work; the deadline is for a partner that is stopped. */
const COURIER_MS = 5000;

/**
 * 20 ms: Node puts `disconnect` off while a descriptor was not acknowledged, so for a partner that died before it was read
 * the event never comes; `process.connected` is false at once (Node 24, lib/internal/child_process.js).
 */
const LOOK_EVERY_MS = 20;

/** Argument: how many. Sends the descriptors over its channel, one message each; ends with its partner. */
export const SENDER = `
const { Socket } = require('node:net');
process.on('disconnect', () => process.exit());
setInterval(() => process.connected || process.exit(), ${LOOK_EVERY_MS});
setTimeout(() => process.exit(1), ${COURIER_MS});
for (let left = Number(process.argv[1]) - 1; left >= 0; left -= 1) {
  const socket = new Socket({ fd: ${FIRST_CARRIED_FD} + left, readable: false, writable: false });
  process.send({ left }, socket._handle);
}
`;

/** Argument: {@link SENDER}. Collects what arrives on its channel, and lets a sender bring it to whoever has descriptor 3. */
export const RECEIVER = `
const { spawn } = require('node:child_process');
process.on('disconnect', () => process.exit());
setTimeout(() => process.exit(1), ${COURIER_MS});
const handles = [];
process.on('message', ({ left }, handle) => {
  handles.push(handle);
  if (left > 0) return;
  const stdio = ['ignore', 'ignore', 'ignore', 3, ...handles.map(({ fd }) => fd)];
  const args = ['--input-type=commonjs', '-e', process.argv[1], String(handles.length)];
  spawn(process.execPath, args, { stdio, env: { NODE_CHANNEL_FD: '3' } }).once('exit', () => process.exit());
});
`;

/**
 * Arguments: how many, {@link SENDER}, the name of the socket file, milliseconds. Keeps the descriptors open and sends
 * them to whoever connects, until its parent is gone, or the given time has passed since the parent's first message.
 */
export const KEEPER = `
const { spawn } = require('node:child_process');
const { rmSync } = require('node:fs');
const { createServer } = require('node:net');
const [, count, sender, path, openMs] = process.argv;
process.title = 'clawdbot-keeper';
process.umask(0o177);
process.on('disconnect', () => process.exit());
process.once('message', () => setTimeout(() => process.exit(), Number(openMs)));
const fds = Array.from({ length: Number(count) }, (_, index) => ${FIRST_CARRIED_FD} + index);
const door = createServer({ pauseOnConnect: true }, (visitor) => {
  const stdio = ['ignore', 'ignore', 'ignore', visitor, ...fds];
  spawn(process.execPath, ['--input-type=commonjs', '-e', sender, count], { stdio, env: { NODE_CHANNEL_FD: '3' } });
  visitor.destroy();
});
rmSync(path, { force: true });
door.listen(path, () => process.send('open'));
`;
