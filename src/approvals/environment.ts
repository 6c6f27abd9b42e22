/** The outcome of looking at the variables a request wants to set. */
export type EnvironmentCheck =
  | { kind: 'clean' }
  /** A person who sees names and values may agree to them; no entry ever does. */
  | { kind: 'asked'; names: readonly string[]; reason: string }
  | { kind: 'refused'; names: readonly string[]; reason: string };

const HARMLESS = /^(TERM|LANG|LC_[A-Z]+|COLORTERM|NO_COLOR|FORCE_COLOR)$/;
// Multi-byte character sets other than UTF-8 can hide a quote or a backslash inside a character.
const LOCALE = /^(|C|POSIX|C\.(UTF-?8|utf-?8)|[a-z]{2,3}(_[A-Z]{2})?\.(UTF-?8|utf-?8)(@[a-z]+)?)$/;
const WORD = /^[A-Za-z0-9._+-]{0,64}$/;

/** Names people can read and compare. Case matters on some systems only, so other spellings are not asked about. */
const PLAIN_NAME = /^[A-Z][A-Z0-9_]{0,63}$/;
/** Values that are shown as they are: one line of printable ASCII, short enough to be read. */
const PLAIN_VALUE = /^[\x20-\x7e]{0,1024}$/;

/**
 * Variables by which some program, shell, loader, interpreter, tool or library finds what it runs, reads or trusts. Not
 * even a person's approval covers them: `GIT_SSH_COMMAND` looks like a setting and is a program. Such a list is never
 * complete, which is why it works by beginnings and endings, and why everything else still needs a person each time.
 */
const BEGINNINGS = new RegExp(
  `^(${[
    'LD_|DYLD_|_?JAVA|JDK|JRE|CLASSPATH|NODE|NPM|YARN|PNPM|BUN|DENO|PYTHON|PIP|VIRTUAL_ENV|CONDA|PERL|RUBY|GEM|BUNDLE',
    'PHP|LUA|TCL|R_|JULIA|GO|CARGO|RUST|DOTNET|COR_|CORECLR|MONO|ERL|ELIXIR|GHC|OCAML|BASH|SHELL|ZDOT|FPATH|KSH|FISH',
    'ENV$|IFS$|CDPATH|GLOBIGNORE|PS[0-9]|PROMPT|PATH|HOME$|USER|LOGNAME|MAIL|PWD|OLDPWD|OPT|POSIX',
    'GIT_|SSH|SVN|HG|CVS|EDITOR|VISUAL|PAGER|LESS|MORE|MAN|BROWSER|VIM|NVIM|EMACS|NANO|TMUX|SCREEN|TERMINFO|TERMCAP',
    'TAR|GZIP|BZIP|XZ|ZSTD|ZIP|UNZIP|RSYNC|SCP|GPG|GNUPG|CURL|WGET|OPENSSL|SSL|TLS|KRB5|SASL|LDAP|PAM|NSS|RES_',
    'HOSTALIASES|LOCALDOMAIN|LOCPATH|GCONV|NLSPATH|TMP|TEMP|TMPDIR|XDG_|DBUS|SYSTEMD|DISPLAY|WAYLAND|XAUTH|GTK|QT|GIO|GST',
    'GCC|CC|CXX|CPP|CFLAGS|LDFLAGS|MAKE|CMAKE|NINJA|PKG_|AUTO|LIBTOOL|CCACHE|DISTCC|SCONS|BAZEL|GRADLE|MAVEN|MVN|ANT',
    'DOCKER|CONTAINER|PODMAN|BUILDKIT|KUBE|HELM|ANSIBLE|TF_|TERRAFORM|VAGRANT|PACKER|AWS|AZURE|GOOGLE|GCLOUD|CLOUDSDK',
    'PG|MYSQL|MARIADB|SQLITE|REDIS|MONGO|ODBC|ORACLE|TNS|ELECTRON|CHROME|FIREFOX|MOZ|PUPPETEER|PLAYWRIGHT',
    'SUDO|DOAS|FAKE|ASAN|LSAN|MSAN|TSAN|UBSAN|MALLOC|GLIBC|GUNICORN|UWSGI|FLASK|DJANGO|RAILS|JUPYTER|IPYTHON',
    'CLAWDBOT|MOLTBOT|OPENCLAW|SYSTEMROOT|WINDIR|COMSPEC|APPDATA|PROGRAM',
  ].join('|')})`,
);
const ENDINGS =
  /(PATH|PATHS|_?OPTS?|_?OPTIONS?|_?FLAGS?|_?ARGS?|COMMAND|CMD|EDITOR|PAGER|SHELL|PRELOAD|STARTUP|RC|CONFIG|CONF|HOME|DIRS?|ROOT|PREFIX|PROXY|INIT|HOOKS?|WRAPPER|EXEC|PROGRAM|BIN|LIBS?|LIBRARY|PLUGINS?|MODULES?|HOST|SOCK|SOCKET|SERVER|URL|URI|AGENT|ASKPASS|FILE|INCLUDE|TRACE|FUNC|LOADER|HANDLER|FILTER|BACKEND|DRIVER)$/;

/**
 * A request may set terminal and locale variables to plain values. Others can be agreed to by a person who sees them,
 * unless they may change what runs. Everything refused is named, because dropping it silently would run something
 * other than what was asked for.
 */
export function checkEnvironment(env: Readonly<Record<string, string>>): EnvironmentCheck {
  const unusual = Object.entries(env).filter(([name, value]) => !isHarmlessVariable(name, value));
  if (unusual.length === 0) return { kind: 'clean' };
  const refused = unusual.filter(([name, value]) => !mayBeAsked(name, value)).map(([name]) => name);
  if (refused.length > 0)
    return {
      kind: 'refused',
      names: refused,
      reason: `the request may not set ${quoted(refused)} in the environment`,
    };
  const names = unusual.map(([name]) => name);
  return { kind: 'asked', names, reason: `the request sets ${quoted(names)} in the environment` };
}

/** Whether a variable of this name and value changes nothing but language and colours. */
export function isHarmlessVariable(name: string, value: string): boolean {
  if (!HARMLESS.test(name)) return false;
  return name.startsWith('L') ? LOCALE.test(value) : WORD.test(value);
}

function mayBeAsked(name: string, value: string): boolean {
  return (
    PLAIN_NAME.test(name) &&
    PLAIN_VALUE.test(value) &&
    !HARMLESS.test(name) && // of these names the value was the trouble
    !BEGINNINGS.test(name) &&
    !ENDINGS.test(name)
  );
}

function quoted(names: readonly string[]): string {
  return names.map((name) => JSON.stringify(name)).join(', ');
}
