// Bundles the control page: hashed names, one script per panel, and beside each file its gzip form.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');
const source = join(root, 'src', 'control-ui');

/** Writes `page.html` and `assets/*` into the directory. */
export async function buildPage(directory) {
  const assets = join(directory, 'assets');
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: {
      first: join(source, 'link', 'head-start.ts'),
      page: join(source, 'main.tsx'),
      style: join(source, 'styles', 'page.css'),
    },
    outdir: assets,
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    // The first releases with Ed25519 in WebCrypto.
    target: ['chrome137', 'firefox129', 'safari17'],
    minify: true,
    // Modules are UTF-8 always; escapes would double the second language.
    charset: 'utf8',
    metafile: true,
    jsx: 'automatic',
    jsxImportSource: 'preact',
    plugins: [firstViewInOnePiece],
    logLevel: 'warning',
  });
  const built = (entry) =>
    basename(
      Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint?.endsWith(entry))?.[0] ?? '',
    );
  const html = readFileSync(join(source, 'page.html'), 'utf8')
    .replace('<!-- PRELOADS -->', preloads(metafile.outputs))
    .replace('HEAD_START_FILE', built('head-start.ts'))
    .replace('SCRIPT_FILE', built('main.tsx'))
    .replace('STYLE_FILE', built('page.css'));
  writeFileSync(join(directory, 'page.html'), html);
  mkdirSync(assets, { recursive: true });
  for (const name of readdirSync(join(source, 'icons')))
    writeFileSync(join(assets, name), readFileSync(join(source, 'icons', name)));
  for (const name of readdirSync(assets))
    writeFileSync(join(assets, `${name}.gz`), gzipSync(readFileSync(join(assets, name)), { level: 9 }));
}

/**
 * esbuild cuts shared code by who reaches it: twelve files of some hundred bytes for the first view, each a request and
 * half a kilobyte of headers. Panels come only after the first view, so each of them may name all of it; then it is
 * reached from everywhere, and stays one file.
 */
const firstViewInOnePiece = {
  name: 'first-view-in-one-piece',
  setup({ onLoad }) {
    onLoad({ filter: /control-ui.panels.\w+.\w+\.tsx$/ }, ({ path }) => {
      const panel = basename(path, '.tsx');
      if (panel === 'overview' || panel !== basename(dirname(path))) return undefined;
      const firstView = `export { Gate as FirstView } from '../../gate/gate.tsx';`;
      return { contents: `${readFileSync(path, 'utf8')}\n${firstView}`, loader: 'tsx' };
    });
  },
};

/** What the first view needs beyond its entry, so that the browser asks for all of it at once. */
function preloads(outputs) {
  const entryOf = (name) => Object.keys(outputs).find((path) => outputs[path].entryPoint?.endsWith(name));
  const entry = entryOf('main.tsx');
  const needed = new Set();
  const walk = (path) => {
    if (needed.has(path)) return;
    needed.add(path);
    for (const { path: next, kind } of outputs[path].imports) if (kind === 'import-statement') walk(next);
  };
  walk(entry);
  needed.delete(entry);
  return [...needed].map((path) => `<link rel="modulepreload" href="./assets/${basename(path)}">`).join('\n');
}
