import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { t } from '../../text/translate.ts';

/** Light modules around the code; readers need four (ISO/IEC 18004 §5.3.8). */
const QUIET = 4;

/** The text for a camera. Dark on light in both themes: many readers do not take it the other way round. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const drawn = useSignal<{ size: number; path: string } | undefined>(undefined);
  useEffect(() => {
    let isCurrent = true;
    drawQr(text).then(
      (next) => {
        if (isCurrent) drawn.value = next;
      },
      // The file is gone after an upgrade, or the text is too long: the line itself is beside.
      () => {
        if (isCurrent) drawn.value = undefined;
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [text]);
  if (drawn.value === undefined) return <div class="qr" aria-label={t('panel.loading')} role="status" />;
  const { size, path } = drawn.value;
  return (
    <svg
      class="qr"
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shape-rendering="crispEdges"
    >
      <rect class="qr-ground" width={size} height={size} />
      <path class="qr-dark" d={path} />
    </svg>
  );
}

/** The library comes with the dialog, not with the page. */
async function drawQr(text: string): Promise<{ size: number; path: string }> {
  const { generate } = await import('lean-qr');
  const code = generate(text);
  const cells: string[] = [];
  for (let y = 0; y < code.size; y += 1) {
    for (let x = 0; x < code.size; x += 1) {
      if (code.get(x, y)) cells.push(`M${x + QUIET} ${y + QUIET}h1v1h-1z`);
    }
  }
  return { size: code.size + 2 * QUIET, path: cells.join('') };
}
