import type { App } from '../app.ts';
import { nodeName } from '../data/node-name.ts';
import { wish } from '../data/wish.ts';
import { writtenOut } from '../parts/visible-text.ts';
import { language, t } from '../text/translate.ts';
import { PANELS } from './panels.ts';
import { chooseLanguage } from './remember-language.ts';
import { goTo, PANEL_NAMES } from './route.ts';
import { THEMES, theme } from './theme.ts';

export type PaletteEntry = { id: string; label: string; run: () => void };

/** Everything the palette can do now. */
export function paletteEntries(app: App): PaletteEntry[] {
  return [
    ...PANEL_NAMES.filter((name) => app.link.may(PANELS[name].needs)).map((name) => ({
      id: `go-${name}`,
      label: t('palette.goTo', { panel: t(`nav.${name}`) }),
      run: () => goTo(name),
    })),
    ...nodeEntries(app),
    ...THEMES.filter((name) => name !== theme.value).map((name) => ({
      id: `theme-${name}`,
      label: t('palette.theme', { theme: t(`theme.${name}`) }),
      run: () => {
        theme.value = name;
      },
    })),
    {
      id: 'language',
      label: language.value === 'en' ? '切换为简体中文' : 'Switch to English',
      run: () => chooseLanguage(language.value === 'en' ? 'zh' : 'en'),
    },
    { id: 'sign-out', label: t('action.signOut'), run: () => app.link.signOut() },
  ];
}

/** What can be done with nodes: those that can be asked now, and a new one. */
function nodeEntries({ link, nodes }: App): PaletteEntry[] {
  const runnable = link.may('operator.write')
    ? (nodes.value.value ?? []).filter(
        ({ connected, commands }) => connected && commands.includes('system.run'),
      )
    : [];
  return [
    ...runnable.map((node) => {
      const { nodeId } = node;
      const name = nodeName(node);
      return {
        id: `run-${nodeId}`,
        label: t('run.openName', { name: writtenOut(name, { maxChars: 80 }) }),
        run: () => {
          wish.value = { kind: 'run', nodeId, name };
          goTo('nodes');
        },
      };
    }),
    ...(link.may('operator.pairing') ? [addNodeEntry()] : []),
  ];
}

function addNodeEntry(): PaletteEntry {
  return {
    id: 'add-node',
    label: t('nodes.add'),
    run: () => {
      wish.value = { kind: 'add-node' };
      goTo('nodes');
    },
  };
}

/** Entries whose label has all the words, in any order. */
export function matchingEntries(entries: readonly PaletteEntry[], query: string): PaletteEntry[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return entries.filter(({ label }) => words.every((word) => label.toLowerCase().includes(word)));
}
