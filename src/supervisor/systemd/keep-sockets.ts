import { spawn } from 'node:child_process';
import { ownListeners } from '../own-listeners.ts';
import { findTrustedHelper } from '../trusted-helper.ts';

/** `FDNAME=` of sockets in the descriptor store, as the next process finds them in `LISTEN_FDNAMES`. */
export const KEPT_SOCKET_NAME = 'gateway-kept';

/** 10 s: the helpers wait until the manager has worked off the message; more than this means it hangs. */
const DEADLINE_MS = 10_000;
/** SD_LISTEN_FDS_START of sd-daemon.h: the descriptors for the helper begin where it has no standard stream. */
const FIRST_FD = 3;

/**
 * FDSTORE=1 with the descriptors as SCM_RIGHTS (sd_notify(3)), then a barrier: the message counts only while its sender
 * can still be looked up in the unit's control group.
 */
const SEND_DESCRIPTORS = `
import array, os, select, socket, sys
address = os.environ['NOTIFY_SOCKET']
manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
manager.connect('\\0' + address[1:] if address.startswith('@') else address)
def send(text, descriptors):
    manager.sendmsg([text.encode()], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', descriptors))])
count, name = int(sys.argv[1]), sys.argv[2]
send('FDSTORE=1\\nFDNAME=' + name, range(${FIRST_FD}, ${FIRST_FD} + count))
done, barrier = os.pipe()
send('BARRIER=1', [barrier])
os.close(barrier)
sys.exit(0 if select.select([done], [], [], ${DEADLINE_MS / 1000})[0] else 1)
`;

/**
 * Gives the listening sockets of this process on a port to the service manager's descriptor store
 * (`FileDescriptorStoreMax=`): the port then stays open when this process ends, and its successor gets the sockets.
 *
 * Node can send neither datagrams nor descriptors, so a child does: systemd-notify since systemd 254 (`--fd=`), Python
 * before. Gives false, and nothing is changed, where there is neither.
 */
export async function storeListeningSockets(options: {
  notifySocket: string;
  port: number;
}): Promise<boolean> {
  const fds = ownListeners()
    .filter(({ address }) => address.endsWith(`:${options.port}`))
    .map(({ fd }) => fd);
  if (fds.length === 0) return false;
  const { notifySocket } = options;
  const notify = findTrustedHelper('systemd-notify');
  if (notify !== undefined) {
    const passed = fds.map((_, index) => `--fd=${FIRST_FD + index}`);
    const args = [...passed, `--fdname=${KEPT_SOCKET_NAME}`, 'FDSTORE=1'];
    if (await succeeds({ program: notify, args, fds, notifySocket })) return true;
  }
  const python = findTrustedHelper('python3');
  if (python === undefined) return false;
  // Isolated and without site packages: only the standard library that root installed.
  const args = ['-I', '-S', '-c', SEND_DESCRIPTORS, String(fds.length), KEPT_SOCKET_NAME];
  return succeeds({ program: python, args, fds, notifySocket });
}

function succeeds(helper: {
  program: string;
  args: readonly string[];
  fds: readonly number[];
  notifySocket: string;
}): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(helper.program, [...helper.args], {
      env: { NOTIFY_SOCKET: helper.notifySocket },
      stdio: ['ignore', 'ignore', 'ignore', ...helper.fds],
      timeout: DEADLINE_MS,
      killSignal: 'SIGKILL',
    });
    child.on('error', () => resolve(false));
    child.on('close', (status) => resolve(status === 0));
  });
}
