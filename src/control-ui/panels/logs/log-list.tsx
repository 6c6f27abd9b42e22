import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { Outside } from '../../parts/outside-text.tsx';
import { ScrollText } from '../../parts/scroll-text.tsx';
import { writtenOut } from '../../parts/visible-text.ts';
import { t } from '../../text/translate.ts';
import { isLevel, type LogLine } from './log-lines.ts';

/** Height of one row in CSS pixels until the style sheet was asked. */
const ROW_PX = 26;
/** Rows drawn above and below what is seen, so that scrolling does not show gaps. */
const MARGIN_ROWS = 12;

/** Ten thousand lines of which only those in view are in the document. Stays at the end while the end is in view. */
export function LogList({ lines }: { lines: readonly LogLine[] }) {
  const element = useRef<HTMLDivElement>(null);
  const view = useSignal({ top: 0, height: 600, rowPx: ROW_PX });
  const isAtEnd = useRef(true);
  const opened = useSignal<number | undefined>(undefined);
  const measure = () => {
    const box = element.current;
    if (box === null) return;
    // Rows of narrow windows have two lines: the style sheet decides.
    const rowPx = Number.parseFloat(getComputedStyle(box).getPropertyValue('--log-row')) || ROW_PX;
    view.value = { top: box.scrollTop, height: box.clientHeight, rowPx };
    isAtEnd.current = box.scrollTop + box.clientHeight >= box.scrollHeight - rowPx;
  };
  useLayoutEffect(() => {
    const box = element.current;
    if (box !== null && isAtEnd.current) box.scrollTop = box.scrollHeight;
  }, [lines, view.value.rowPx]);
  // After the first look at the end, so that the end is where it stays.
  useLayoutEffect(measure, []);
  useEffect(() => {
    const box = element.current;
    if (box === null) return undefined;
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    return () => observer.disconnect();
  }, []);
  const { rowPx } = view.value;
  const rowsInView = Math.ceil(view.value.height / rowPx) + 1;
  // A filter can leave less than what was scrolled past; the browser corrects its position only afterwards.
  const top = Math.max(0, Math.min(Math.floor(view.value.top / rowPx), lines.length - rowsInView));
  const first = Math.max(0, top - MARGIN_ROWS);
  const last = top + rowsInView + MARGIN_ROWS;
  const detail = lines.find(({ id }) => id === opened.value);
  return (
    <>
      <div
        ref={element}
        class="log-list"
        role="log"
        aria-live="off"
        aria-label={t('nav.logs')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: without it the keyboard cannot scroll
        tabIndex={0}
        onScroll={measure}
      >
        <div class="log-space" style={{ height: `${lines.length * rowPx}px` }}>
          <div style={{ transform: `translateY(${first * rowPx}px)` }}>
            {lines.slice(first, last).map((line) => (
              <button
                key={line.id}
                type="button"
                tabIndex={-1}
                class={`log-row ${isLevel(line.level) ? line.level : ''}`}
                onClick={() => {
                  opened.value = opened.value === line.id ? undefined : line.id;
                }}
              >
                <span class="log-time">{writtenOut(timeText(line.time), { maxChars: 24 })}</span>
                <span class="log-level">{writtenOut(line.level, { maxChars: 12 })}</span>
                <span class="log-message">
                  {line.subsystem !== '' && (
                    <b>
                      <Outside text={line.subsystem} maxChars={80} />{' '}
                    </b>
                  )}
                  <Outside text={line.message} />
                </span>
              </button>
            ))}
          </div>
        </div>
      </div>
      {detail !== undefined && (
        <ScrollText class="output" label={t('logs.whole')}>
          <Outside
            text={`${detail.time ?? ''} ${detail.level} ${detail.subsystem} ${detail.message}`}
            maxChars={20_000}
          />
        </ScrollText>
      )}
    </>
  );
}

/** `14:03:59` of the viewer's day, or what was written when it is no time. */
function timeText(time: string | undefined): string {
  if (time === undefined) return '';
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? time : date.toTimeString().slice(0, 8);
}
