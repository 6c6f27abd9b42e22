import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './icon.tsx';

export type Tone = 'good' | 'warn' | 'bad' | 'idle' | 'wait' | 'info';

const ICONS: Readonly<Record<Tone, IconName>> = {
  good: 'ok',
  warn: 'warning',
  bad: 'error',
  idle: 'offline',
  wait: 'waiting',
  info: 'idea',
};

/** A state in a word, with a shape of its own beside the colour. */
export function Badge({ tone, children }: { tone: Tone; children: ComponentChildren }) {
  return (
    <span class={`badge ${tone}`}>
      <Icon name={ICONS[tone]} />
      {children}
    </span>
  );
}

/** The shape of a state alone, on a soft ground; a word for it is beside. */
export function ToneIcon({ tone }: { tone: Tone }) {
  return (
    <span class={`tone-icon ${tone}`}>
      <Icon name={ICONS[tone]} />
    </span>
  );
}

/** A sentence that matters: what is wrong or worth knowing, and what to do, in one box. */
export function Notice({ tone, children }: { tone: Tone; children: ComponentChildren }) {
  return (
    <div class={`notice ${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      <Icon name={ICONS[tone]} />
      <div>{children}</div>
    </div>
  );
}

/** What a list says when it has nothing, and what would put something there. */
export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children !== undefined && <div>{children}</div>}
    </div>
  );
}
