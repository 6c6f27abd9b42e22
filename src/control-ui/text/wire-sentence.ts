import { signal } from '@preact/signals';
import { language } from './translate.ts';

type Book = typeof import('./zh-doctor/book.ts');

const book = signal<Book | undefined>(undefined);
let isAskedFor = false;

/** A sentence of the doctor in the language of the page; the English one for what no one has translated. */
export function wireSentence(text: string): string {
  return openBook()?.zhDoctor(text) ?? text;
}

/** What a value of the evidence is called in the language of the page. */
export function evidenceName(name: string): string {
  const names = openBook()?.NAMES ?? {};
  return Object.hasOwn(names, name) ? (names[name] ?? name) : name;
}

/** The Chinese is a file of its own that comes when the first of it is to be shown; undefined until then, and in English. */
function openBook(): Book | undefined {
  if (language.value !== 'zh') return undefined;
  if (book.value === undefined && !isAskedFor) {
    isAskedFor = true;
    import('./zh-doctor/book.ts').then(
      (found) => {
        book.value = found;
      },
      // Gone after an upgrade under an open page: the English sentence is there.
      () => {
        isAskedFor = false;
      },
    );
  }
  return book.value;
}
