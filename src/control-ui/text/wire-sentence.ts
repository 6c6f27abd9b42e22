import { signal } from '@preact/signals';
import { language } from './translate.ts';

const openDoctor = bookOnDemand(() => import('./zh-doctor/book.ts'));
const openReasons = bookOnDemand(() => import('./zh-approvals/book.ts'));

/** A sentence of the doctor or about a setting, in the language of the page; the English one for what nobody translated. */
export function wireSentence(text: string): string {
  return openDoctor()?.zhDoctor(text) ?? text;
}

/** What a value of the evidence is called in the language of the page. */
export function evidenceName(name: string): string {
  const names = openDoctor()?.NAMES ?? {};
  return Object.hasOwn(names, name) ? (names[name] ?? name) : name;
}

/** Why a command runs, asks or is refused, in the language of the page. */
export function reasonSentence(text: string): string {
  return openReasons()?.zhReasons(text) ?? text;
}

/** The Chinese is a file of its own that comes when the first of it is to be shown; undefined until then, and in English. */
function bookOnDemand<Book>(load: () => Promise<Book>): () => Book | undefined {
  const book = signal<Book | undefined>(undefined);
  let isAskedFor = false;
  return () => {
    if (language.value !== 'zh') return undefined;
    if (book.value === undefined && !isAskedFor) {
      isAskedFor = true;
      load().then(
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
  };
}
