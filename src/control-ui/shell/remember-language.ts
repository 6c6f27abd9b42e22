import { LANGUAGES, type Language, preferredLanguage, setLanguage } from '../text/translate.ts';

const KEY = 'clawdbot.language';

/** The language of the last visit, else what the browser prefers. */
export async function startLanguage(): Promise<void> {
  const kept = localStorage.getItem(KEY);
  await setLanguage(LANGUAGES.find((name) => name === kept) ?? preferredLanguage(navigator.languages));
}

export function chooseLanguage(next: Language): void {
  localStorage.setItem(KEY, next);
  void setLanguage(next);
}
