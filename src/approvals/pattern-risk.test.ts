import assert from 'node:assert/strict';
import { test } from 'node:test';
import { patternRisk } from './pattern-risk.ts';

const CASES: [string, string][] = [
  ['/usr/bin/*', 'folder'],
  ['/opt/tools/**', 'folder'],
  ['/usr/bin/python3?', 'folder'],
  ['~/bin/deploy', 'writable'],
  ['/tmp/x', 'writable'],
  ['/usr/bin/python3.12', 'starts-others'],
  ['/bin/bash', 'starts-others'],
  ['/usr/bin/find', 'starts-others'],
  // What they run is in the directory: tests, plugins, settings that are programs.
  ['/usr/bin/pytest-3', 'starts-others'],
  ['/usr/local/bin/eslint', 'starts-others'],
  ['/usr/bin/docker-compose', 'starts-others'],
  ['/usr/bin/uptime', 'ordinary'],
];

for (const [pattern, code] of CASES) {
  test(`${pattern} is ${code}`, () => assert.equal(patternRisk(pattern).code, code));
}
