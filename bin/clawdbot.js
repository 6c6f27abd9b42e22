#!/usr/bin/env node
// Plain JavaScript that every Node since 12 can parse: an old one must get as far as the sentence below.
const NEEDED_MAJOR = 24;
/** What makes a fresh clone ready, wherever it is typed. */
const SET_UP = `cd '${decodeURIComponent(new URL('..', import.meta.url).pathname)}' && npm install && npm run build`;

if (Number(process.versions.node.split('.')[0]) < NEEDED_MAJOR) runOnOwnRuntime();
else start();

/**
 * In a clone, npm has put Node 24 beside us (package `node`): the command works there whatever Node is installed.
 * A child and not an exec: old Nodes cannot exec. It has our terminal, and signals sent to us reach it.
 */
function runOnOwnRuntime() {
  const own = decodeURIComponent(new URL('../node_modules/node/bin/node', import.meta.url).pathname);
  Promise.all([import('node:child_process'), import('node:fs')])
    .then(([{ spawn }, { existsSync }]) => {
      if (!existsSync(own)) return refuseOldNode();
      const child = spawn(own, process.argv.slice(1), { stdio: 'inherit' });
      for (const signal of ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'])
        process.on(signal, () => child.kill(signal));
      // The terminal sends these to the child as well; we only have to outlive it.
      for (const signal of ['SIGINT', 'SIGQUIT']) process.on(signal, () => {});
      child.on('error', refuseOldNode);
      child.on('exit', (status, signal) => {
        if (signal === null) process.exit(status);
        process.removeAllListeners(signal);
        process.kill(process.pid, signal);
      });
    })
    .catch(refuseOldNode);
}

function refuseOldNode() {
  import('node:fs').then(({ existsSync }) => {
    const isClone = existsSync(decodeURIComponent(new URL('../scripts/build.js', import.meta.url).pathname));
    process.stderr.write(
      `cannot start clawdbot: it needs Node.js ${NEEDED_MAJOR} or later, this is ${process.versions.node} (${process.execPath}); ` +
        (isClone
          ? `npm puts one into this clone: ${SET_UP}\n`
          : `get it from https://nodejs.org/en/download or with: npm install -g node@${NEEDED_MAJOR}\n`),
    );
    process.exit(78);
  });
}

function start() {
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
          ? `cannot start clawdbot: ${decodeURIComponent(new URL('../dist/cli.js', import.meta.url).pathname)} is missing; build it with: ${SET_UP}\n`
          : `cannot start clawdbot: ${error.stack || error}\n`,
      );
      process.exit(notBuilt ? 78 : 1);
    });
}
