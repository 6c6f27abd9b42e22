import { errorText } from '../state/index.ts';
import type { Ownership } from '../supervisor/index.ts';
import type { GatewayLog } from './gateway-log.ts';

/** 30 s: three stat(2) each; nobody moves a state directory by the second, and an idle gateway should stay idle. */
export const LOOK_EVERY_MS = 30_000;

/**
 * Looks now and then whether the path of the state directory still leads to the directory that is locked and served
 * (field failure F-06: somebody re-created it, and a second gateway could own the new one). The gateway goes on, but is
 * not ready and says why; it is ready again when the directory is back. Files of the owner that somebody removed are
 * made anew.
 */
export function watchStateDirectory(options: {
  stateDir: string;
  ownership: Pick<Ownership, 'stillAtPath' | 'restoreFiles'>;
  log: GatewayLog;
  /** One line per change, for STATUS= and terminals. */
  onStatus: (line: string) => void;
}): { troubles: () => readonly string[]; stop: () => void } {
  const { stateDir, ownership, log, onStatus } = options;
  const loss = `${stateDir} is another directory now than the one this gateway serves: restart the gateway, or put the former one back`;
  let isLost = false;
  const look = (): void => {
    const wasLost = isLost;
    isLost = !ownership.stillAtPath();
    if (!isLost) restore();
    if (isLost === wasLost) return;
    if (isLost) log.error('state directory lost', { reason: loss });
    else log.info('state directory is back', { stateDir });
    onStatus(isLost ? `not ready: ${loss}` : `${stateDir} is back`);
  };
  const restore = (): void => {
    ownership.restoreFiles().then(
      (files) => {
        if (files.length > 0)
          log.warn('files were removed from the state directory, and are back', { files });
      },
      (thrown: unknown) =>
        log.error('cannot restore the files of the state directory', { reason: errorText(thrown) }),
    );
  };
  const timer = setInterval(look, LOOK_EVERY_MS).unref();
  return { troubles: () => (isLost ? [loss] : []), stop: () => clearInterval(timer) };
}
