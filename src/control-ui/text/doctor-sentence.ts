import { signal } from '@preact/signals';
import type { SentenceBook } from './sentence-book.ts';
import { language } from './translate.ts';

const book = signal<SentenceBook | undefined>(undefined);
let isAskedFor = false;

/**
 * A sentence of the doctor in the language of the page. The Chinese ones are a file of their own that comes when the first
 * is to be shown; until then, and for what no one has translated, it is the English one.
 */
export function doctorSentence(text: string): string {
  if (language.value !== 'zh') return text;
  if (book.value === undefined && !isAskedFor) {
    isAskedFor = true;
    import('./zh-doctor/book.ts').then(
      ({ zhDoctor }) => {
        book.value = zhDoctor;
      },
      // Gone after an upgrade under an open page: the English sentence is there.
      () => {
        isAskedFor = false;
      },
    );
  }
  return book.value?.(text) ?? text;
}
