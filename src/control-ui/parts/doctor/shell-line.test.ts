import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shellLine } from './shell-line.ts';

test('plain words stay, everything else is quoted so that a shell reads it back', () => {
  assert.equal(
    shellLine(['chmod', '0600', '/home/a/.clawdbot/x.json']),
    'chmod 0600 /home/a/.clawdbot/x.json',
  );
  assert.equal(shellLine(['echo', "it's", 'a b', '$HOME', '']), "echo 'it'\\''s' 'a b' '$HOME' ''");
});
