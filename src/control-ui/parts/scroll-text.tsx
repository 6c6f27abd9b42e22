import type { ComponentChildren } from 'preact';

/** Preformatted text that may be longer than its box; it can be scrolled by keyboard, so it can be focused and has a name. */
export function ScrollText(props: { label: string; class: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without it the keyboard cannot scroll
    <section class={`scroll-text ${props.class}`} aria-label={props.label} tabIndex={0}>
      <pre>{props.children}</pre>
    </section>
  );
}
