#!/usr/bin/env node
// Plain JavaScript that every Node since 12 can parse: an old one must get as far as the sentence below.
const NEEDED_MAJOR = 24;

if (Number(process.versions.node.split('.')[0]) < NEEDED_MAJOR) {
  process.stderr.write(
    `cannot start clawdbot: it needs Node.js ${NEEDED_MAJOR} or later, this is ${process.versions.node} (${process.execPath}); ` +
      `get it from https://nodejs.org/en/download or with: npm install -g node@${NEEDED_MAJOR}\n`,
  );
  process.exit(78);
}

import('node:module')
  // Compiled code is kept between runs; without it every start parses the bundle again. Node's own place for it is
  // under /tmp, where another account could lay out code for us; so it is kept in the home directory, or not at all.
  .then((module) => {
    const { NODE_COMPILE_CACHE, XDG_CACHE_HOME, HOME } = process.env;
    const caches = XDG_CACHE_HOME || (HOME && `${HOME}/.cache`);
    if (NODE_COMPILE_CACHE) module.enableCompileCache();
    else if ((caches || '').startsWith('/')) module.enableCompileCache(`${caches}/clawdbot`);
  })
  .then(() => import('../dist/cli.js'))
  .catch((error) => {
    const notBuilt = error.code === 'ERR_MODULE_NOT_FOUND' && String(error.message).includes('dist/cli.js');
    process.stderr.write(
      notBuilt
        ? `cannot start clawdbot: ${decodeURIComponent(new URL('../dist/cli.js', import.meta.url).pathname)} is missing; build it with: node scripts/build.js\n`
        : `cannot start clawdbot: ${error.stack || error}\n`,
    );
    process.exit(notBuilt ? 78 : 1);
  });
