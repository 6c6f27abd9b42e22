/** One file that was looked at in the decision, with what has to be the same at the start. */
export type PinnedFile = {
  /** The real path. */
  path: string;
  /** The path it was found by; at the start it still has to lead to the same file. */
  calledAs: string;
  dev: string;
  ino: string;
  size: number;
  mtimeNs: string;
  ctimeNs: string;
  /** Hex SHA-256; absent for files that only root can change, and for very large ones. */
  digest?: string;
  /**
   * How the started process reaches it. `path`: nobody but root can change what the path means, so the path is as
   * good as the file. `descriptor`: opened, compared, reached as `/proc/self/fd/N`. `copy`: a shell script that could
   * be rewritten in place; the bytes compared go to a nameless private file that the shell reads.
   * `compared`: only compared, the process opens it by itself.
   */
  reach: { by: 'path' } | { by: 'descriptor' | 'copy'; fd: number } | { by: 'compared' };
};

/** The directory a command starts in. */
export type PinnedDirectory = { path: string; calledAs: string; dev: string; ino: string };

/** Exactly what has to be started. Values only, so it can be stored, hashed and sent. */
export type StartPlan = {
  /** Index into `files` of what the kernel is asked to execute. */
  executable: number;
  /** `argv[0]` included; may name descriptors of `files`. */
  argv: readonly string[];
  cwd: PinnedDirectory;
  environment: Readonly<Record<string, string>>;
  files: readonly PinnedFile[];
};

/** Descriptor of the working directory in the started process. */
export const CWD_FD = 3;

/** The path under which the started process sees one of its descriptors (proc(5)). */
export function descriptorPath(fd: number): string {
  return `/proc/self/fd/${fd}`;
}
