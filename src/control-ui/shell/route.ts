import { signal } from '@preact/signals';

export const PANEL_NAMES = ['overview', 'nodes', 'approvals', 'doctor', 'logs', 'config'] as const;
export type PanelName = (typeof PANEL_NAMES)[number];

/** Where the page is; follows the fragment, `#/nodes`. */
export const route = signal<PanelName>(panelOf(location.hash));

window.addEventListener('hashchange', () => {
  route.value = panelOf(location.hash);
});

export function goTo(panel: PanelName): void {
  location.hash = `/${panel}`;
}

function panelOf(fragment: string): PanelName {
  return PANEL_NAMES.find((name) => fragment === `#/${name}`) ?? 'overview';
}
