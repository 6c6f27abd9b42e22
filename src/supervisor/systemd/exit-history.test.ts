import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseExits } from './exit-history.ts';

test('reads what the recorder writes, with the cause in words', () => {
  const exits = parseExits(
    '1700000000 success exited 0 aa\n1700000001 watchdog dumped ABRT bb\n1700000002 signal killed KILL cc\n1700000003 exit-code exited 203 dd\n',
  );
  assert.deepEqual(
    exits.map(({ cause }) => cause),
    [
      'stopped as told',
      'its main loop did not turn any more, systemd ended it',
      'killed by signal KILL',
      'exit status 203: the program of the unit is missing',
    ],
  );
  assert.equal(exits[0]?.atMs, 1_700_000_000_000);
});

test('marks the end after which systemd gave up', () => {
  const [only] = parseExits('1 exit-code exited 78 aa\n1 gave-up exit-code 78 aa\n');
  assert.equal(only?.final, true);
});

test('leaves damaged lines out', () => {
  assert.deepEqual(parseExits('\nrubbish\n12\n\0\0\n'), []);
});
