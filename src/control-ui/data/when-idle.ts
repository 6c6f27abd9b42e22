/** Longest wait: a page that is never at rest gets its work done all the same. */
const LATEST_MS = 500;

/** Runs work when the page has drawn what matters first. Gives the way to take it back. */
export function whenIdle(work: () => void): () => void {
  // Safari has no idle callbacks.
  if (typeof requestIdleCallback !== 'function') {
    const timer = setTimeout(work, LATEST_MS / 5);
    return () => clearTimeout(timer);
  }
  const handle = requestIdleCallback(work, { timeout: LATEST_MS });
  return () => cancelIdleCallback(handle);
}
