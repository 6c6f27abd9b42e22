import { useEffect } from 'preact/hooks';
import { goTo, PANEL_NAMES } from './route.ts';

/** Ctrl+K or Meta+K opens the palette, Alt+1 … Alt+6 the panels. */
export function useShortcuts(openPalette: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        openPalette();
        return;
      }
      const panel = event.altKey ? PANEL_NAMES[Number(event.key) - 1] : undefined;
      if (panel !== undefined) {
        event.preventDefault();
        goTo(panel);
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [openPalette]);
}
