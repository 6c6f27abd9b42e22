import type { ComponentChildren } from 'preact';

/**
 * Preformatted text that may be longer than its box; it can be scrolled by keyboard, so it can be focused and has a
 * name. A group, not a region: there may be many on a page, and landmarks have to be few.
 */
export function ScrollText(props: { label: string; class: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without it the keyboard cannot scroll
    <div role="group" class={`scroll-text ${props.class}`} aria-label={props.label} tabIndex={0}>
      <pre>{props.children}</pre>
    </div>
  );
}
