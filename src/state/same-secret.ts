import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * Whether two secrets are equal, in a time that tells nothing about where they differ.
 * Both are hashed first: `timingSafeEqual` wants equal lengths.
 */
export function isSameSecret(given: string, kept: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(kept));
}
