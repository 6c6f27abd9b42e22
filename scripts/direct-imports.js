import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * An esbuild plugin that turns `import { a } from '../state/index.ts'` into imports of the files that define the names.
 * With code splitting esbuild puts everything behind an index file into one chunk (it decides by reachable files, not by
 * used names), so a command that needs one path function would load the database with it.
 * It relies on what test/architecture.test.ts and Biome hold: index files only re-export, one statement per module.
 *
 * Node's own modules are taken with `process.getBuiltinModule`: an `import` reads every export of theirs, and some load
 * much (`node:http` all of undici for its WebSocket: 24 ms; `node:fs` the streams for its promises: 2 ms).
 */
export const directImports = {
  name: 'direct-imports',
  setup(build) {
    build.onLoad({ filter: /\/src\/.*\.tsx?$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      const contents = text
        .replace(
          /^import (type )?\{([^}]*)\} from '(\.[^']*\/index\.ts)';$/gm,
          (statement, typeOnly, names, to) =>
            typeOnly ? '' : redirect(names, join(dirname(path), to)) || statement,
        )
        .replace(
          /^import (?:\{([^}]*)\}|\* as (\w+)) from '(node:[^']+)';$/gm,
          (_, names, whole, builtin) =>
            `const ${whole ?? pattern(names)} = process.getBuiltinModule(${JSON.stringify(builtin)});`,
        );
      return { contents, loader: path.endsWith('x') ? 'tsx' : 'ts' };
    });
  },
};

/** Import statements of the defining files; names stay in the order written. */
function redirect(names, index) {
  const origins = originsOf(index);
  return valuesIn(names)
    .map((name) => {
      const [imported] = name.split(' as ');
      const origin = origins.get(imported);
      if (origin === undefined) throw new Error(`cannot find the file behind ${imported} of ${index}`);
      return `import { ${name} } from ${JSON.stringify(origin)};`;
    })
    .join(' ');
}

/** `{ a, type B, c as d }` of an import as the pattern of a declaration. */
function pattern(names) {
  return `{ ${valuesIn(names)
    .map((name) => name.replace(' as ', ': '))
    .join(', ')} }`;
}

/** The names between the braces of an import, without those that are types. */
function valuesIn(names) {
  return names
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && !name.startsWith('type '));
}

const known = new Map();

/** Name -> file for everything a file exports, followed through its re-exports. */
function originsOf(file) {
  const cached = known.get(file);
  if (cached !== undefined) return cached;
  const origins = new Map();
  known.set(file, origins);
  const text = readFileSync(file, 'utf8');
  for (const [, name] of text.matchAll(/^export (?:async )?(?:function\*?|const|let|class) (\w+)/gm))
    origins.set(name, file);
  for (const [, names, to] of text.matchAll(/^export \{([^}]*)\} from '([^']+)';$/gm)) {
    const from = originsOf(join(dirname(file), to));
    for (const name of names.split(',').map((each) => each.trim())) {
      if (name !== '' && !name.startsWith('type ') && from.has(name)) origins.set(name, from.get(name));
    }
  }
  for (const [, to] of text.matchAll(/^export \* from '([^']+)';$/gm)) {
    for (const [name, origin] of originsOf(join(dirname(file), to))) origins.set(name, origin);
  }
  return origins;
}
