import { createSentenceBook } from '../sentence-book.ts';
import { SENTENCES } from './sentences.ts';

/** The doctor in simplified Chinese. */
export const zhDoctor = createSentenceBook(SENTENCES);
