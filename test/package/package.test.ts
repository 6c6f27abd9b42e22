import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, test } from 'node:test';

const root = join(import.meta.dirname, '..', '..');
const tools = join(root, 'node_modules', '.bin');
const consumer = mkdtempSync(join(tmpdir(), 'clawdbot-consumer-'));
after(() => rmSync(consumer, { recursive: true }));

/** Packing builds; done in a copy, so that tests that run meanwhile keep the build they started with. */
function copyOfTheClone(): string {
  const copy = join(consumer, 'clone');
  const left = new Set(['.git', 'node_modules', 'dist', '.state']);
  cpSync(root, copy, {
    recursive: true,
    filter: (path) => !left.has(relative(root, path)) && !relative(root, path).startsWith('.dist-'),
  });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** What somebody gets from `npm install clawdbot-supervisor`: the packed files and the declared dependencies, nothing else. */
function installPacked(): void {
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--silent', '--pack-destination', consumer], {
      cwd: copyOfTheClone(),
      encoding: 'utf8',
    }).replace(/^[^[]*/, ''),
  );
  const home = join(consumer, 'node_modules', 'clawdbot-supervisor');
  mkdirSync(home, { recursive: true });
  execFileSync('tar', ['-xzf', join(consumer, packed.filename), '-C', home, '--strip-components=1']);
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const name of [...Object.keys(dependencies), '@types/node', 'undici-types']) {
    mkdirSync(join(consumer, 'node_modules', name, '..'), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), join(consumer, 'node_modules', name));
  }
}

test('the packed package works for a consumer: every export imports, type-checks, and the command runs', () => {
  installPacked();
  const { exports, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const names = Object.keys(exports).map((path) => path.replace(/^\./, 'clawdbot-supervisor'));
  const program = names
    .map(
      (name, index) =>
        `import * as m${index} from '${name}';\nconsole.log('${name}', Object.keys(m${index}).length > 0);`,
    )
    .join('\n');
  writeFileSync(join(consumer, 'package.json'), '{"type":"module"}');
  writeFileSync(join(consumer, 'use.ts'), program);
  writeFileSync(
    join(consumer, 'tsconfig.json'),
    '{"compilerOptions":{"strict":true,"module":"nodenext","target":"es2024","lib":["es2024","esnext","dom"],"types":["node"],"noEmit":true,"skipLibCheck":false},"files":["use.ts"]}',
  );
  execFileSync(join(tools, 'tsc'), ['-p', consumer], { stdio: 'inherit' });
  const printed = execFileSync(process.execPath, ['use.ts'], { cwd: consumer, encoding: 'utf8' });
  assert.equal(printed, names.map((name) => `${name} true\n`).join(''));
  const said = execFileSync(
    process.execPath,
    [join(consumer, 'node_modules/clawdbot-supervisor/bin/clawdbot.js'), '--version'],
    { encoding: 'utf8' },
  );
  assert.ok(said.includes(version), said);
});
