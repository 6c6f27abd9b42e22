import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

/** Headers of every HTTP answer: no frame, no sniffing, nothing cached, no address leaked to other sites (F-96). */
export const SECURITY_HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  'X-Frame-Options': 'DENY',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cache-Control': 'no-store',
} as const;

/** One file of the page. `zipped` is its gzip form, made when the page was built. */
export type PageFile = { type: string; body: Buffer; zipped: Buffer | undefined; isImmutable: boolean };

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Names that carry a hash of the content (esbuild's eight characters) never change their content. */
const HASHED = /-[A-Z0-9]{8}\.(?:js|css)$/;

let files: ReadonlyMap<string, PageFile> | undefined;

/**
 * The built page, by path below the base path: `''` and `index.html` are the document. Read as a whole on the first
 * request, so that a build under a running gateway never mixes two pages, and a gateway nobody looks at never pays.
 */
export function pageFiles(): ReadonlyMap<string, PageFile> {
  files ??= readPage(findPage());
  return files;
}

/** The bundle has the page beside it; the sources find it in `dist`. */
function findPage(): string | undefined {
  return [
    join(import.meta.dirname, 'control-ui'),
    join(import.meta.dirname, '..', '..', '..', 'dist', 'control-ui'),
  ].find((directory) => existsSync(join(directory, 'page.html')));
}

function readPage(directory: string | undefined): ReadonlyMap<string, PageFile> {
  const found = new Map<string, PageFile>();
  const document = {
    type: 'text/html; charset=utf-8',
    body: directory === undefined ? Buffer.from(UNBUILT) : readFileSync(join(directory, 'page.html')),
    zipped: undefined,
    isImmutable: false,
  };
  found.set('', document).set('index.html', document);
  if (directory === undefined) return found;
  const assets = join(directory, 'assets');
  for (const name of readdirSync(assets)) {
    const type = TYPES[extname(name)];
    if (type === undefined) continue;
    found.set(`assets/${name}`, {
      type,
      body: readFileSync(join(assets, name)),
      zipped: readFileSync(join(assets, `${name}.gz`)),
      isImmutable: HASHED.test(name),
    });
  }
  return found;
}

/** What a checkout that was never built shows. */
const UNBUILT = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Clawdbot gateway</title></head>
<body>
<h1>Clawdbot gateway</h1>
<p>The gateway is running; its page was not built (<code>npm run build</code>).</p>
<p><a href="healthz">alive?</a> · <a href="readyz">ready?</a></p>
</body>
</html>
`;
