/**
 * Whether a repository's own configuration names no program. Keys are a closed list: git has dozens that hold
 * commands (`core.fsmonitor`, `diff.external`, `diff.*.textconv`, `core.sshCommand`, …) and gets new ones.
 */
export function isInertGitConfig(text: string): boolean {
  let section = '';
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    if (line === '' || /^[#;]/.test(line)) continue;
    const header = /^\[([A-Za-z0-9.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\]$/.exec(line);
    if (header !== null) {
      section = `${header[1]?.toLowerCase()}${header[2] === undefined ? '' : '.*'}`;
      continue;
    }
    // A continued line could carry a key past this reading.
    if (line.endsWith('\\')) return false;
    const key = /^([A-Za-z][A-Za-z0-9-]*)\s*(=|$)/.exec(line)?.[1]?.toLowerCase();
    if (key === undefined || !INERT.has(`${section}.${key}`)) return false;
  }
  return true;
}

const INERT = new Set(
  `core.repositoryformatversion core.filemode core.bare core.logallrefupdates core.ignorecase core.precomposeunicode
   core.autocrlf core.eol core.safecrlf core.symlinks core.abbrev core.quotepath core.compression core.whitespace
   core.untrackedcache core.preloadindex user.name user.email user.signingkey init.defaultbranch
   remote.*.url remote.*.fetch remote.*.pushurl remote.*.tagopt remote.*.prune branch.*.remote branch.*.merge
   branch.*.rebase branch.*.description pull.rebase pull.ff push.default push.autosetupremote fetch.prune
   color.ui color.diff color.status color.branch log.date log.decorate log.abbrevcommit diff.renames diff.algorithm
   diff.mnemonicprefix merge.conflictstyle rerere.enabled status.showuntrackedfiles gc.auto advice.detachedhead
   extensions.objectformat maintenance.auto maintenance.strategy`.split(/\s+/),
);
