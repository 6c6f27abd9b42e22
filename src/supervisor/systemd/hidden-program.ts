import { OpsError, type Remedy } from '../../state/index.ts';

/** What `ProtectHome=yes` of a unit makes empty (systemd.exec(5)). */
const HOMES = /^\/(home|root|run\/user)\//;

/** Where a copy of this package is seen by every service. */
const EVERYWHERE = '/opt/clawdbot';

/**
 * Refuses a unit of the machine whose program or interpreter lies in a home directory: its sandbox shows it none, so that
 * it would fail with 203, the program missing, though it is there for whoever looks.
 * @throws `unit/refused`
 */
export function refuseHiddenProgram(command: readonly string[], packageRoot: string): void {
  const [interpreter = '', script = ''] = command;
  const hidden = [interpreter, script].filter((path) => HOMES.test(path));
  if (hidden.length === 0) return;
  const remedies: Remedy[] = [];
  if (hidden.some((path) => path.startsWith(`${packageRoot}/`))) {
    remedies.push(
      { kind: 'run', command: ['sudo', 'cp', '-r', packageRoot, EVERYWHERE] },
      {
        kind: 'run',
        command: ['sudo', `${EVERYWHERE}/bin/clawdbot.js`, 'gateway', 'install', '--system'],
      },
    );
  }
  if (hidden.includes(interpreter) && !interpreter.startsWith(`${packageRoot}/`)) {
    remedies.push({ kind: 'read', text: 'use a Node.js that is installed for every account' });
  }
  throw new OpsError(
    'unit/refused',
    `cannot install the service of the machine: ${hidden.join(' and ')} ${hidden.length === 1 ? 'lies' : 'lie'} in a home directory, which that service is not shown`,
    { remedies },
  );
}
