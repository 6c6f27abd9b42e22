import { language } from '../text/translate.ts';
import { chooseLanguage } from './remember-language.ts';

/** The other language, in its own name. */
export function LanguageButton() {
  const other = language.value === 'en' ? 'zh' : 'en';
  return (
    <button
      type="button"
      class="button ghost small language"
      lang={other === 'zh' ? 'zh-Hans' : 'en'}
      onClick={() => chooseLanguage(other)}
    >
      {other === 'zh' ? '中文' : 'English'}
    </button>
  );
}
