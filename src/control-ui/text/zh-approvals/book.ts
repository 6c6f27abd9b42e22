import { createSentenceBook } from '../sentence-book.ts';
import { decision } from './decision.ts';
import { programs } from './programs.ts';
import { shell } from './shell.ts';

/** Reasons of decisions, by the English sentence. A test compares the keys with the sources in `src/approvals`. */
export const REASONS: Readonly<Record<string, string>> = { ...decision, ...programs, ...shell };

/** Why a command runs, asks or is refused, in simplified Chinese. */
export const zhReasons = createSentenceBook(REASONS);
