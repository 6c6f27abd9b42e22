// Bundles the command, the library and the page into dist/. `--types` also emits declarations (needed only for publishing).
import { spawnSync } from 'node:child_process';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { buildPage } from './build-page.js';
import { directImports } from './direct-imports.js';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
// Built aside and renamed: a command that starts meanwhile never finds half of a build.
const aside = join(root, `.dist-${process.pid}`);
process.on('exit', () => rmSync(aside, { recursive: true, force: true }));

await build({
  absWorkingDir: root,
  entryPoints: {
    cli: 'src/cli/main.ts',
    index: 'src/index.ts',
    gateway: 'src/gateway/index.ts',
    node: 'src/node/index.ts',
    supervisor: 'src/supervisor/index.ts',
    diagnostics: 'src/diagnostics/index.ts',
    protocol: 'src/protocol/index.ts',
  },
  outdir: aside,
  bundle: true,
  splitting: true,
  plugins: [directImports],
  format: 'esm',
  platform: 'node',
  target: 'node24',
  sourcemap: true,
  minifySyntax: true,
  logLevel: 'warning',
  define: { 'process.env.WS_NO_BUFFER_UTIL': '"1"', 'process.env.WS_NO_UTF_8_VALIDATE': '"1"' },
  // CommonJS dependencies inside an ES module bundle call require() for Node's own modules, and only for those. A real
  // `require` for each of the hundred files costs a command 5 ms.
  banner: { js: 'const require = process.getBuiltinModule;' },
});

await buildPage(join(aside, 'control-ui'));

// Node has no rename that swaps (renameat2(2), RENAME_EXCHANGE), and a link in place of the directory would not be packed.
// So there are some microseconds without `dist`, in which a start fails, and nothing slow in them.
const former = `${aside}-former`;
process.on('exit', () => rmSync(former, { recursive: true, force: true }));
if (existsSync(dist)) renameSync(dist, former);
renameSync(aside, dist);

if (process.argv.includes('--types')) {
  const result = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', 'tsconfig.types.json'], {
    cwd: root,
    stdio: 'inherit',
  });
  process.exit(result.status ?? 1);
}
