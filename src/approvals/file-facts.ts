import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { systemErrorCode } from '../state/index.ts';

/** What one path component is, without following a link. Numbers that may exceed 2^53 are decimal text. */
export type FileFact = {
  kind: 'file' | 'directory' | 'link' | 'other';
  dev: string;
  ino: string;
  uid: number;
  gid: number;
  /** Permission bits, setuid and sticky included (`mode & 0o7777`). */
  mode: number;
  size: number;
  mtimeNs: string;
  ctimeNs: string;
};

/** Everything the decision may know about files. The real one is {@link realFileFacts}; tests inject others. */
export type FileFacts = {
  /** As lstat(2); undefined when there is nothing or it may not be seen. */
  look(path: string): FileFact | undefined;
  /** As readlink(2); undefined when it is no link. */
  linkTarget(path: string): string | undefined;
  /** The first bytes of a regular file, undefined when it cannot be read or `maxBytes` does not hold all of it and `whole` is asked. */
  read(path: string, options: { maxBytes: number; whole: boolean }): Buffer | undefined;
  /** Hex SHA-256 of a regular file, undefined when it cannot be read or is larger than `maxBytes`. */
  digest(path: string, maxBytes: number): string | undefined;
};

/** Facts of the running system. Only absence and lack of permission become `undefined`; other faults are thrown. */
export const realFileFacts: FileFacts = {
  look(path) {
    return unlessAbsent(() => toFileFact(fs.lstatSync(path, { bigint: true })));
  },
  linkTarget(path) {
    return unlessAbsent(() => fs.readlinkSync(path));
  },
  read(path, { maxBytes, whole }) {
    return unlessAbsent(() => readStart(path, maxBytes, whole));
  },
  digest(path, maxBytes) {
    return unlessAbsent(() => digestOf(path, maxBytes));
  },
};

/** Remembers every answer, so that one decision sees one state of the file system and asks it once. */
export function rememberFacts(facts: FileFacts): FileFacts {
  const looked = new Map<string, FileFact | undefined>();
  const targets = new Map<string, string | undefined>();
  const heads = new Map<string, Buffer | undefined>();
  return {
    look: (path) => remembered(looked, path, (key) => facts.look(key)),
    linkTarget: (path) => remembered(targets, path, (key) => facts.linkTarget(key)),
    read: (path, options) =>
      options.whole ? facts.read(path, options) : remembered(heads, path, () => facts.read(path, options)),
    digest: (path, maxBytes) => facts.digest(path, maxBytes),
  };
}

/** The fact of a stat result; also used on an open descriptor at the moment of starting. */
export function toFileFact(stat: fs.BigIntStats): FileFact {
  return {
    kind: stat.isFile()
      ? 'file'
      : stat.isDirectory()
        ? 'directory'
        : stat.isSymbolicLink()
          ? 'link'
          : 'other',
    dev: String(stat.dev),
    ino: String(stat.ino),
    uid: Number(stat.uid),
    gid: Number(stat.gid),
    mode: Number(stat.mode) & 0o7777,
    size: Number(stat.size),
    mtimeNs: String(stat.mtimeNs),
    ctimeNs: String(stat.ctimeNs),
  };
}

function remembered<T>(memory: Map<string, T>, key: string, ask: (key: string) => T): T {
  if (memory.has(key)) return memory.get(key) as T; // `has` was checked on the line itself
  const answer = ask(key);
  memory.set(key, answer);
  return answer;
}

function unlessAbsent<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (cause) {
    const code = systemErrorCode(cause);
    if (
      ['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EINVAL', 'ELOOP', 'ENAMETOOLONG', 'EISDIR'].includes(
        code ?? '',
      )
    ) {
      return undefined;
    }
    throw cause;
  }
}

function readStart(path: string, maxBytes: number, whole: boolean): Buffer | undefined {
  // O_NONBLOCK: a FIFO in place of the file must not hang the decision.
  const fd = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
  try {
    const stat = fs.fstatSync(fd);
    if (!stat.isFile() || (whole && stat.size > maxBytes)) return undefined;
    const buffer = Buffer.alloc(Math.min(maxBytes, stat.size));
    return buffer.subarray(0, fs.readSync(fd, buffer, 0, buffer.length, 0));
  } finally {
    fs.closeSync(fd);
  }
}

function digestOf(path: string, maxBytes: number): string | undefined {
  const fd = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
  try {
    const stat = fs.fstatSync(fd);
    if (!stat.isFile() || stat.size > maxBytes) return undefined;
    return digestOfDescriptor(fd);
  } finally {
    fs.closeSync(fd);
  }
}

/** Hex SHA-256 of everything readable from an open descriptor, from its start. */
export function digestOfDescriptor(fd: number): string {
  const hash = createHash('sha256');
  const buffer = Buffer.alloc(64 * 1024);
  for (let position = 0; ; ) {
    const read = fs.readSync(fd, buffer, 0, buffer.length, position);
    if (read === 0) return hash.digest('hex');
    hash.update(buffer.subarray(0, read));
    position += read;
  }
}
