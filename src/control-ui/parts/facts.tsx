import type { ComponentChildren } from 'preact';

/** A name and its value, inside a `dl` of class `facts`. */
export function Fact(props: { name: string; isWide?: boolean; children: ComponentChildren }) {
  return (
    <div class={props.isWide === true ? 'wide' : undefined}>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}
