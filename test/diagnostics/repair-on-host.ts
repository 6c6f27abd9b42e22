import assert from 'node:assert/strict';
import type { Finding } from '../../src/diagnostics/index.ts';
import type { DoctorRepair, DoctorStep } from '../../src/protocol/index.ts';
import { type HostMaker, type HostSetup, STATE } from '../makers/host-maker.ts';
import { changedSince, type Snapshot, snapshot } from '../makers/parts/snapshot.ts';
import { until } from '../systemd/until.ts';
import type { RecallRow } from './recall-table.ts';

/** Where repairs of alice's services could change something. */
const PLACES = ['/home/alice', '/etc/systemd', '/var/lib/systemd/linger'];

/**
 * `doctor --fix` and `doctor --undo` as they are typed: gone, nothing else touched, there again. `no` where nothing can be done,
 * and where it interrupts what runs: a hand-over has no way back (owners.test.ts shows those).
 */
export async function fixAndUndoOnHost(
  setup: HostSetup,
  { make, notUndone }: HostMaker,
  { id, fix }: Finding,
): Promise<RecallRow['fixed']> {
  if (!fix.available || fix.class === 'interrupts') return 'no';
  const sick = look(setup);
  const { stdout, stderr } = await setup.clawdbot('doctor', '--fix', id, '--yes', '--json');
  assert.notEqual(stdout, '', stderr);
  const { did, stillThere }: DoctorRepair = JSON.parse(stdout);
  assert.deepEqual(stillThere, [], JSON.stringify(did));
  assert.ok(did.length > 0 && did.every(({ result }) => result.kind === 'done'), JSON.stringify(did));
  const isMeant = (path: string): boolean => did.some(({ step }) => touches(step, path));
  assert.deepEqual(
    changedSince(sick, look(setup)).filter((path) => !isMeant(path)),
    [],
    `--fix changed something else: ${JSON.stringify(did)}`,
  );
  if (notUndone !== undefined) {
    // The next maker's --undo would take this one back, too.
    await setup.host.root(['rm', '-f', `${STATE}/doctor-repairs.json`]);
    await make(setup);
    return 'fix';
  }
  const undone = await setup.clawdbot('doctor', '--undo', '--yes', '--json');
  assert.equal(undone.status, 0, undone.stdout + undone.stderr);
  assert.deepEqual(changedSince(sick, look(setup)), [], '--undo left something changed');
  // A service that fails again and again needs a moment to do so.
  await until(`${id} to be there again after --undo`, async () => {
    const { findings } = await setup.doctor();
    return findings.some((finding) => finding.id === id);
  });
  return 'fix and undo';
}

function look({ host }: HostSetup): Snapshot {
  const all = new Map(PLACES.flatMap((place) => [...snapshot(host.path(place))]));
  for (const path of all.keys()) if (path.endsWith('/doctor-repairs.json')) all.delete(path);
  return all;
}

/** Whether a step was to change this path: its file, the links of its units, or what its program is about. */
function touches(step: DoctorStep, path: string): boolean {
  switch (step.kind) {
    case 'mode':
    case 'set-aside':
      return path.endsWith(step.path) || path.endsWith(`${step.path}.set-aside`);
    case 'drop-in':
      return path.endsWith(step.path) || step.path.startsWith(path.slice(path.indexOf('/home/alice')));
    case 'unit':
      return step.units.some((unit) => path.includes(`.wants/${unit}`)) || path.endsWith('.wants');
    case 'run':
      // enable-linger is a file of logind, named as the account.
      return step.command.includes('enable-linger') && path.endsWith('/linger/alice');
    case 'hand-over':
    case 'end':
      return false;
  }
}
