import { useApp } from '../app.ts';
import { Badge } from '../parts/badge.tsx';
import { Icon } from '../parts/icon.tsx';
import { language, t } from '../text/translate.ts';
import { chooseLanguage } from './remember-language.ts';
import { THEMES, theme } from './theme.ts';

/** Which gateway this is, how the connection stands, and the switches of the page itself. */
export function TopBar({ openPalette }: { openPalette: () => void }) {
  const { link } = useApp();
  const isConnected = link.state.value.kind === 'connected';
  const nextTheme = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? 'system';
  return (
    <header class="top-bar">
      <Badge tone={isConnected ? 'good' : 'warn'}>
        {isConnected ? t('link.connected', { host: location.host }) : t('link.lost')}
      </Badge>
      {link.access.value !== 'full' && <Badge tone="idle">{t(`access.${link.access.value}`)}</Badge>}
      <div class="row end grow">
        <button type="button" class="button palette-button" onClick={openPalette}>
          <Icon name="search" />
          <span>{t('palette.open')}</span>
          <kbd>Ctrl K</kbd>
        </button>
        <button
          type="button"
          class="icon-button"
          aria-label={t('theme.switch', { theme: t(`theme.${theme.value}`) })}
          title={t('theme.switch', { theme: t(`theme.${theme.value}`) })}
          onClick={() => {
            theme.value = nextTheme;
          }}
        >
          <Icon name="theme" />
        </button>
        <button
          type="button"
          class="button ghost"
          lang={language.value === 'en' ? 'zh-Hans' : 'en'}
          onClick={() => chooseLanguage(language.value === 'en' ? 'zh' : 'en')}
        >
          {language.value === 'en' ? '中文' : 'English'}
        </button>
        <button
          type="button"
          class="icon-button"
          aria-label={t('action.signOut')}
          title={t('action.signOut')}
          onClick={() => link.signOut()}
        >
          <Icon name="leave" />
        </button>
      </div>
    </header>
  );
}
