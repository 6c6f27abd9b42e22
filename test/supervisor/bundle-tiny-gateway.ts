import { join } from 'node:path';
import { build } from 'esbuild';

/** The fixture as one file, as the package ships its programs: for dozens of starts, parsing sources would be most of the work. */
export async function bundleTinyGateway(outfile: string): Promise<void> {
  // `ws` is CommonJS and asks for Node's own modules through require.
  const js = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
  await build({
    entryPoints: [join(import.meta.dirname, 'fixtures', 'tiny-gateway.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: { js },
  });
}
