import { createHash } from 'node:crypto';
import type { FileFact, FileFacts } from './file-facts.ts';

type Node =
  | { kind: 'file'; fact: FileFact; content: Buffer }
  | { kind: 'directory'; fact: FileFact }
  | { kind: 'link'; fact: FileFact; target: string };

/** Begins what stands for an installed program. */
export const ELF_START = Buffer.from('\x7fELF a program that is not really there');

/**
 * A file system in memory, optionally on top of another one: what is not here is looked for there. For tests, and
 * for cases whose preparation is only imagined. Paths are absolute and without dots; parents are not checked.
 */
export class VirtualFiles implements FileFacts {
  readonly #nodes = new Map<string, Node>();
  readonly #removed = new Set<string>();
  readonly #base: FileFacts | undefined;
  readonly #owner: number;
  #nextInode = 1;

  constructor({ base, owner = 0 }: { base?: FileFacts; owner?: number } = {}) {
    this.#base = base;
    this.#owner = owner;
    if (base === undefined) this.directory('/');
  }

  directory(path: string, mode = 0o755): void {
    this.#set(path, { kind: 'directory', fact: this.#fact('directory', mode, 0) });
  }

  /** A file; a second one at the same path is another inode, as after a rename. */
  file(path: string, content: string | Buffer, mode = 0o644): void {
    const bytes = Buffer.from(content);
    this.#set(path, { kind: 'file', fact: this.#fact('file', mode, bytes.length), content: bytes });
  }

  /** A program of root that looks as if it had been installed. */
  installed(path: string, content: string | Buffer): void {
    const bytes = Buffer.from(content);
    const fact = { ...this.#fact('file', 0o755, bytes.length), uid: 0, gid: 0 };
    this.#set(path, { kind: 'file', fact, content: bytes });
  }

  link(path: string, target: string): void {
    this.#set(path, { kind: 'link', fact: this.#fact('link', 0o777, target.length), target });
  }

  /** New content in the same inode. */
  rewrite(path: string, content: string | Buffer): void {
    const node = this.#nodes.get(path);
    if (node?.kind !== 'file') {
      this.file(path, content);
      return;
    }
    const bytes = Buffer.from(content);
    const time = this.#time();
    this.#set(path, {
      ...node,
      content: bytes,
      fact: { ...node.fact, size: bytes.length, mtimeNs: time, ctimeNs: time },
    });
  }

  changeMode(path: string, change: (mode: number) => number): void {
    const node = this.#nodes.get(path);
    if (node !== undefined)
      this.#nodes.set(path, { ...node, fact: { ...node.fact, mode: change(node.fact.mode) } });
  }

  /** Moves a path with everything below it. */
  move(from: string, to: string): void {
    for (const [path, node] of [...this.#nodes]) {
      if (path !== from && !path.startsWith(`${from}/`)) continue;
      this.#nodes.delete(path);
      this.#removed.add(path);
      this.#set(to + path.slice(from.length), node);
    }
  }

  remove(path: string): void {
    this.#nodes.delete(path);
    this.#removed.add(path);
  }

  look(path: string): FileFact | undefined {
    return this.#find(
      path,
      (node) => node.fact,
      (base) => base.look(path),
    );
  }

  linkTarget(path: string): string | undefined {
    return this.#find(
      path,
      (node) => (node.kind === 'link' ? node.target : undefined),
      (base) => base.linkTarget(path),
    );
  }

  read(path: string, options: { maxBytes: number; whole: boolean }): Buffer | undefined {
    return this.#find(
      path,
      (node) => {
        if (node.kind !== 'file' || (options.whole && node.content.length > options.maxBytes))
          return undefined;
        return node.content.subarray(0, options.maxBytes);
      },
      (base) => base.read(path, options),
    );
  }

  digest(path: string, maxBytes: number): string | undefined {
    return this.#find(
      path,
      (node) => (node.kind === 'file' ? createHash('sha256').update(node.content).digest('hex') : undefined),
      (base) => base.digest(path, maxBytes),
    );
  }

  #find<T>(
    path: string,
    own: (node: Node) => T | undefined,
    below: (base: FileFacts) => T | undefined,
  ): T | undefined {
    const node = this.#nodes.get(path);
    if (node !== undefined) return own(node);
    return this.#base === undefined || this.#removed.has(path) ? undefined : below(this.#base);
  }

  #set(path: string, node: Node): void {
    this.#nodes.set(path, node);
    this.#removed.delete(path);
  }

  #fact(kind: FileFact['kind'], mode: number, size: number): FileFact {
    const ino = String(this.#nextInode++);
    const time = this.#time();
    return {
      kind,
      dev: 'virtual',
      ino,
      uid: this.#owner,
      gid: this.#owner,
      mode,
      size,
      mtimeNs: time,
      ctimeNs: time,
    };
  }

  /** Time is a counter: every change is later than the one before. */
  #clock = 0;

  #time(): string {
    this.#clock += 1;
    return String(this.#clock);
  }
}
