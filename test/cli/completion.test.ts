import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { environment, privateHome, run } from './driver.ts';

const has = (shell: string) => spawnSync(shell, ['-c', 'exit 0']).status === 0;

/** What a shell offers for a command line, asked in that shell's own way. */
const ask = {
  bash: (file: string, words: readonly string[]) =>
    `source "${file}"; COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _clawdbot; printf '%s\\n' "\${COMPREPLY[@]}"`,
  fish: (file: string, words: readonly string[]) =>
    `source "${file}"; complete -C '${words.join(' ')}' | string split -f1 \\t; true`,
  zsh: (file: string, words: readonly string[]) =>
    `compdef() { :; }; _describe() { local w; for w in $items; do print -r -- "\${w%%:*}"; done; }; compadd() { shift; print -rl -- "$@"; }; _files() { print files; }
     source "${file}"; words=(${words.map((word) => `'${word}'`).join(' ')}); CURRENT=${words.length}; _clawdbot`,
} as const;

const questions: [string, string[], string[]][] = [
  ['commands', ['clawdbot', ''], ['nodes', 'gateway', 'exec-approvals']],
  ['subcommands', ['clawdbot', 'nodes', ''], ['pending', 'run']],
  ['subcommands of an alias', ['clawdbot', 'exec-approvals', 'allowlist', ''], ['add', 'remove']],
  ['subcommands behind a global option', ['clawdbot', '--json', 'nodes', ''], ['pending', 'run']],
  ['choices of an option', ['clawdbot', 'gateway', 'run', '--bind', ''], ['loopback', 'tailnet']],
  ['choices of an argument', ['clawdbot', 'completion', ''], ['bash', 'zsh', 'fish']],
];

for (const shell of ['bash', 'zsh', 'fish'] as const) {
  test(`the ${shell} script is accepted by ${shell} and offers commands, options and values`, {
    skip: has(shell) ? false : `${shell} is not installed`,
  }, async (t) => {
    const home = privateHome(t);
    const { status, stdout } = await run(t, ['completion', shell], { home });
    assert.equal(status, 0);
    const file = join(home, `completion.${shell}`);
    writeFileSync(file, stdout);
    assert.equal(spawnSync(shell, ['-n', file]).status, 0, 'parses');
    for (const [name, words, wanted] of questions) {
      const offered = execFileSync(
        shell,
        [...(shell === 'bash' ? ['--norc'] : []), '-c', ask[shell](file, words)],
        {
          encoding: 'utf8',
          env: environment(home),
          stdio: ['ignore', 'pipe', 'pipe'],
        },
      ).split('\n');
      for (const word of wanted)
        assert.ok(offered.includes(word), `${name}: ${word} is missing in ${offered.join(' ')}`);
    }
  });
}
