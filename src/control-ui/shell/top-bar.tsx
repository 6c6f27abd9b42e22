import { useApp } from '../app.ts';
import { Badge } from '../parts/badge.tsx';
import { Icon } from '../parts/icon.tsx';
import { t } from '../text/translate.ts';
import { LanguageButton } from './language-button.tsx';
import { THEMES, theme } from './theme.ts';

/** Where one is, how the connection stands, and the switches of the page itself. */
export function TopBar({ title, openPalette }: { title: string; openPalette: () => void }) {
  const { link } = useApp();
  const isConnected = link.state.value.kind === 'connected';
  const nextTheme = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? 'system';
  const themeLabel = t('theme.switch', { theme: t(`theme.${theme.value}`) });
  return (
    <header class="top-bar">
      <h1>{title}</h1>
      <Badge tone={isConnected ? 'good' : 'warn'}>
        <span>{isConnected ? t('link.connected', { host: location.host }) : t('link.lost')}</span>
      </Badge>
      {link.access.value !== 'full' && <Badge tone="idle">{t(`access.${link.access.value}`)}</Badge>}
      <div class="top-tools">
        <button type="button" class="button palette-button" onClick={openPalette}>
          <Icon name="search" />
          <span>{t('palette.open')}</span>
          <kbd>Ctrl K</kbd>
        </button>
        <button
          type="button"
          class="icon-button"
          aria-label={themeLabel}
          title={themeLabel}
          onClick={() => {
            theme.value = nextTheme;
          }}
        >
          <Icon name={THEME_ICONS[theme.value]} />
        </button>
        <LanguageButton />
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

const THEME_ICONS = { system: 'theme', light: 'sun', dark: 'moon' } as const;
