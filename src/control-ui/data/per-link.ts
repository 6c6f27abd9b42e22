import type { Link } from '../link/link.ts';

/**
 * One of each connection instead of one of each visit to a page: who comes back finds what was known, with its age, and
 * a course of numbers that goes on. Followed only while somebody uses it, as every resource.
 */
export function perLink<T>(create: (link: Link) => T): (link: Link) => T {
  const made = new WeakMap<Link, { value: T }>();
  return (link) => {
    const known = made.get(link) ?? { value: create(link) };
    made.set(link, known);
    return known.value;
  };
}
