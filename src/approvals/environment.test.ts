import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkEnvironment } from './environment.ts';

const KINDS: readonly [kind: 'clean' | 'asked' | 'refused', name: string, value: string][] = [
  ['clean', 'LANG', 'de_DE.UTF-8'],
  ['clean', 'NO_COLOR', '1'],
  ['asked', 'FOO', 'bar'],
  ['asked', 'CI', 'true'],
  ['asked', 'DEBUG', '1'],
  ['asked', 'RELEASE_NAME', 'a b c'],
  ['refused', 'LC_ALL', '../../x'],
  ['refused', 'TERM', 'a b'],
  ['refused', 'foo', 'bar'],
  ['refused', 'FOO', 'two\nlines'],
  ['refused', 'FOO', '\u202eright to left'],
  ['refused', 'FOO', 'x'.repeat(1_025)],
  ['refused', 'FOO=BAR', '1'],
];
for (const [kind, name, value] of KINDS)
  test(`${JSON.stringify(name)} = ${JSON.stringify(value.slice(0, 20))} is ${kind}`, () => {
    assert.equal(checkEnvironment({ [name]: value }).kind, kind);
  });

test('what changes what runs is refused, whatever else is there', () => {
  const names =
    'PATH HOME IFS ENV BASH_ENV BASH_FUNC_x SHELLOPTS PS4 PROMPT_COMMAND CDPATH LD_PRELOAD LD_LIBRARY_PATH DYLD_INSERT_LIBRARIES NODE_OPTIONS NODE_PATH NPM_CONFIG_PREFIX PYTHONPATH PYTHONSTARTUP PYTHONHOME PERL5LIB PERL5OPT RUBYOPT RUBYLIB GEM_HOME JAVA_TOOL_OPTIONS _JAVA_OPTIONS JDK_JAVA_OPTIONS CLASSPATH GIT_SSH_COMMAND GIT_EDITOR GIT_PAGER GIT_CONFIG_COUNT GIT_EXTERNAL_DIFF GIT_DIR SSH_ASKPASS SSH_AUTH_SOCK EDITOR VISUAL PAGER MANPAGER LESSOPEN LESS BROWSER TAR_OPTIONS RSYNC_RSH GZIP XDG_CONFIG_HOME TMPDIR GCONV_PATH LOCPATH RES_OPTIONS HTTPS_PROXY ALL_PROXY CURL_HOME OPENSSL_CONF SSL_CERT_FILE MAKEFLAGS CC CFLAGS GOFLAGS RUSTC_WRAPPER CARGO_HOME DOCKER_HOST KUBECONFIG PGHOST SUDO_ASKPASS SYSTEMD_EDITOR DBUS_SESSION_BUS_ADDRESS CLAWDBOT_RUN_MARK EXTRA_ARGS MY_HOOK'.split(
      ' ',
    );
  for (const name of names) {
    const found = checkEnvironment({ FOO: '1', [name]: 'x' });
    assert.equal(found.kind, 'refused', name);
    assert.deepEqual(found.kind === 'refused' && found.names, [name]);
  }
});
