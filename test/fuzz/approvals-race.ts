import * as fs from 'node:fs';
import { join } from 'node:path';
import { isMainThread, Worker, workerData } from 'node:worker_threads';

/**
 * Swaps a path between a good and a bad file as fast as it can, until `stop[0]` is set: by renaming a file over it,
 * by turning a link, or by writing other bytes into the same inode.
 */
export type Swap = 'rename' | 'link' | 'rewrite';

type SwapJob = { directory: string; swap: Swap; stop: SharedArrayBuffer };

/** Starts the swapping in a thread of its own. `swaps` is the number done so far; `end` stops it. */
export function startSwapping(directory: string, swap: Swap): { swaps: () => number; end(): Promise<void> } {
  const stop = new SharedArrayBuffer(8);
  const job: SwapJob = { directory, swap, stop };
  const worker = new Worker(new URL(import.meta.url), { workerData: job });
  const state = new Int32Array(stop);
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  return {
    swaps: () => Atomics.load(state, 1),
    end: () => {
      Atomics.store(state, 0, 1);
      return exited;
    },
  };
}

function swapLoop({ directory, swap, stop }: SwapJob): void {
  const state = new Int32Array(stop);
  const target = join(directory, 'tool');
  const aside = join(directory, 'aside');
  const bytes = {
    good: fs.readFileSync(join(directory, 'good')),
    bad: fs.readFileSync(join(directory, 'bad')),
  };
  for (let round = 0; Atomics.load(state, 0) === 0; round += 1) {
    const which = round % 2 === 0 ? 'bad' : 'good';
    if (swap === 'rename') {
      fs.copyFileSync(join(directory, which), aside);
      fs.chmodSync(aside, 0o755);
      fs.renameSync(aside, target);
    } else if (swap === 'link') {
      fs.symlinkSync(which, aside);
      fs.renameSync(aside, target);
    } else {
      fs.writeFileSync(target, bytes[which]);
    }
    Atomics.add(state, 1, 1);
  }
}

if (!isMainThread) swapLoop(workerData as SwapJob); // only startSwapping makes these threads
