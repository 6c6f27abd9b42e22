/** Line icons, 16 units wide; drawn in the colour of the text around them. */
const PATHS = {
  overview: 'M2 9.5 5 9.5 6.5 4 9.5 13 11 7.5 14 7.5',
  nodes: 'M3 2.5h10v4H3zM3 9.5h10v4H3zM5.5 4.5h.01M5.5 11.5h.01',
  approvals: 'M8 1.5 13.5 3.5v4c0 3.5-2.3 5.8-5.5 7-3.2-1.2-5.5-3.5-5.5-7v-4zM5.5 8l1.8 1.8L10.7 6',
  logs: 'M3 3h10M3 6.3h10M3 9.6h7M3 13h5',
  config: 'M2 4.5h6M12 4.5h2M2 11.5h2M8 11.5h6M10 2.5v4M6 9.5v4',
  ok: 'M3 8.5 6.5 12 13 4.5',
  warning: 'M8 2 14.5 13.5h-13zM8 6.5v3M8 11.5h.01',
  error: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M5.7 5.7l4.6 4.6M10.3 5.7 5.7 10.3',
  waiting: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M8 4.5V8l2.5 1.5',
  offline: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M4.5 8h7',
  refresh: 'M13 8a5 5 0 1 1-1.5-3.6M13 2v3h-3',
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9M10.5 10.5 14 14',
  close: 'M4 4l8 8M12 4l-8 8',
  plus: 'M8 3v10M3 8h10',
  theme: 'M8 2a6 6 0 1 0 0 12zM8 2a6 6 0 0 1 0 12',
  language:
    'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M1.5 8h13M8 1.5c2 1.8 2.8 4 2.8 6.5S10 12.7 8 14.5C6 12.7 5.2 10.5 5.2 8S6 3.3 8 1.5',
  leave: 'M6 2.5H3v11h3M7 8h7M11 5l3 3-3 3',
  play: 'M5 3l7 5-7 5z',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
} as const;

export type IconName = keyof typeof PATHS;

/** Decoration beside a word; never the only sign of anything. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
