import { computed, signal } from '@preact/signals';
import { type Dictionary, en, type TextKey } from './en.ts';

export const LANGUAGES = ['en', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

const dictionary = signal<Dictionary>(en);
const chosen = signal<Language>('en');

/** The language in use; changes with {@link setLanguage}. */
export const language = computed(() => chosen.value);

/** `zh` for any Chinese preference (the page has simplified characters only), else English. */
export function preferredLanguage(preferences: readonly string[]): Language {
  return preferences[0]?.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

/** Switches; the texts of other languages than English come in a file of their own. */
export async function setLanguage(next: Language): Promise<void> {
  dictionary.value = next === 'zh' ? (await import('./zh.ts')).zh : en;
  chosen.value = next;
  document.documentElement.lang = next === 'zh' ? 'zh-Hans' : 'en';
}

/** The text of a key with `{name}` replaced. Components that call it are drawn again when the language changes. */
export function t(key: TextKey, values: Readonly<Record<string, string | number>> = {}): string {
  return dictionary.value[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** The form for a number: `key.one` or `key.many` (Chinese has one form; its two texts are the same). */
export function plural(key: PluralKey, count: number): string {
  return t(count === 1 ? `${key}.one` : `${key}.many`, { count });
}

type PluralKey = TextKey extends infer K ? (K extends `${infer Stem}.one` ? Stem : never) : never;

export type { TextKey };
