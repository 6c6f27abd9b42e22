import type { ComponentChildren } from 'preact';
import type { Resource } from '../data/resource.ts';
import { t } from '../text/translate.ts';
import { Freshness } from './age.tsx';
import { Notice } from './badge.tsx';

/** A section with a heading, the age of its data, and what went wrong the last time it was loaded. */
export function Panel(props: {
  title: string;
  of?: Pick<Resource<unknown>, 'loadedAtMs' | 'everyMs' | 'refresh' | 'error'>;
  note?: string;
  /** A state in a word, beside the heading. */
  badge?: ComponentChildren;
  actions?: ComponentChildren;
  children: ComponentChildren;
}) {
  const problem = props.of?.error.value;
  return (
    <section class="panel" aria-label={props.title}>
      <header class="panel-head">
        <h2>{props.title}</h2>
        {props.badge}
        <div class="row end panel-tools">
          {props.of !== undefined && <Freshness of={props.of} />}
          {props.actions}
        </div>
      </header>
      {props.note !== undefined && <p class="note">{props.note}</p>}
      {problem !== undefined && <Notice tone="bad">{t('panel.cannotLoad', { why: problem })}</Notice>}
      {props.children}
    </section>
  );
}

/** Grey bars in place of what is not there yet. */
export function Loading() {
  return (
    <div class="loading" role="status" aria-label={t('panel.loading')}>
      <span />
      <span />
      <span />
    </div>
  );
}
