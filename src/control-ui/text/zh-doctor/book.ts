import { createSentenceBook } from '../sentence-book.ts';
import { SENTENCES } from './sentences.ts';

export { NAMES } from './names.ts';

/** The doctor in simplified Chinese. */
export const zhDoctor = createSentenceBook(SENTENCES);
