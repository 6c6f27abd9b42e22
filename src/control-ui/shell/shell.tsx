import { useSignal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect, useErrorBoundary } from 'preact/hooks';
import { useApp, useResource } from '../app.ts';
import { Notice } from '../parts/badge.tsx';
import { Loading } from '../parts/panel.tsx';
import { reasonText } from '../text/reason.ts';
import { t } from '../text/translate.ts';
import { LostBanner } from './lost-banner.tsx';
import { Nav } from './nav.tsx';
import { Palette } from './palette.tsx';
import { PANELS } from './panels.ts';
import { type PanelName, route } from './route.ts';
import { useShortcuts } from './shortcuts.ts';
import { TopBar } from './top-bar.tsx';

/** The frame around the panels, once somebody is signed in. */
export function Shell() {
  const app = useApp();
  const isPaletteOpen = useSignal(false);
  useResource(app.nodes);
  useResource(app.pairing);
  useResource(app.approvals);
  useResource(app.doctor);
  useShortcuts(() => {
    isPaletteOpen.value = true;
  });
  const wanted = PANELS[route.value];
  const panel: PanelName = app.link.may(wanted.needs) ? route.value : 'overview';
  return (
    <div class="shell">
      {/* A link would change the fragment, which says where the page is. */}
      <button type="button" class="skip button" onClick={() => document.getElementById('content')?.focus()}>
        {t('page.skip')}
      </button>
      <Nav current={panel} />
      <div class="main">
        <TopBar
          title={t(`nav.${panel}`)}
          openPalette={() => {
            isPaletteOpen.value = true;
          }}
        />
        <LostBanner />
        <main id="content" tabIndex={-1}>
          <LazyPanel key={panel} name={panel} />
        </main>
      </div>
      {isPaletteOpen.value && (
        <Palette
          onClose={() => {
            isPaletteOpen.value = false;
          }}
        />
      )}
    </div>
  );
}

function LazyPanel({ name }: { name: PanelName }) {
  const loaded = useSignal<{ Panel: ComponentType } | { why: string } | undefined>(undefined);
  const isConnected = useApp().link.state.value.kind === 'connected';
  useEffect(() => {
    // Without a connection its file cannot come either: it is asked for again with the next one.
    if (loaded.value !== undefined && 'Panel' in loaded.value) return;
    loaded.value = undefined;
    PANELS[name].load().then(
      (Panel) => {
        loaded.value = { Panel };
      },
      // The file is gone when the gateway was upgraded under an open page.
      (thrown: unknown) => {
        loaded.value = { why: reasonText(thrown) };
      },
    );
  }, [name, isConnected]);
  // What cannot be drawn takes its own page down and not the others, nor the way to them.
  const [failure] = useErrorBoundary();
  if (failure !== undefined) return <CannotOpen why={reasonText(failure)} />;
  if (loaded.value === undefined) return <Loading />;
  if ('why' in loaded.value) {
    if (!isConnected) return <Notice tone="wait">{t('panel.notHere')}</Notice>;
    return <CannotOpen why={loaded.value.why} />;
  }
  const { Panel } = loaded.value;
  return <Panel />;
}

function CannotOpen({ why }: { why: string }) {
  return (
    <Notice tone="bad">
      <p>{t('panel.cannotOpen', { why })}</p>
      <button type="button" class="button" onClick={() => location.reload()}>
        {t('action.reloadPage')}
      </button>
    </Notice>
  );
}
