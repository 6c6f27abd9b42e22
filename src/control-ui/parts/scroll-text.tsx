import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/**
 * Preformatted text that may be longer than its box; it can be scrolled by keyboard, so it can be focused and has a
 * name. A group, not a region: there may be many on a page, and landmarks have to be few.
 */
export function ScrollText(props: {
  label: string;
  class: string;
  /** Text that grows: its end stays in view until somebody scrolls back. */
  grows?: boolean;
  children: ComponentChildren;
}) {
  const { label, grows = false, children } = props;
  const element = useRef<HTMLDivElement>(null);
  const isFollowing = useRef(true);
  const lastTop = useRef(0);
  useLayoutEffect(() => {
    const box = element.current;
    if (box !== null && grows && isFollowing.current) box.scrollTop = box.scrollHeight;
  });
  const onScroll = ({ currentTarget: box }: { currentTarget: HTMLDivElement }) => {
    // More may have come since this scroll began: only the way back says that somebody wants to stay.
    if (box.scrollTop < lastTop.current) isFollowing.current = false;
    if (box.scrollTop + box.clientHeight >= box.scrollHeight - 2) isFollowing.current = true;
    lastTop.current = box.scrollTop;
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls
    <div
      ref={element}
      role="group"
      class={`scroll-text ${props.class}`}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: without it the keyboard cannot scroll
      tabIndex={0}
      onScroll={onScroll}
    >
      <pre>{children}</pre>
    </div>
  );
}
