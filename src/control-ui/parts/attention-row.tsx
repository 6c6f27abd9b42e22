import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { t } from '../text/translate.ts';
import { type Tone, ToneIcon } from './badge.tsx';
import { Icon } from './icon.tsx';

/** One thing that wants somebody: how bad, what it is, what can be done, and, opened, what is behind it. */
export function AttentionRow(props: {
  tone: Tone;
  /** The tone in a word, for those who do not see its shape. */
  toneWord?: string;
  title: ComponentChildren;
  text?: ComponentChildren;
  /** What to do about it. */
  action?: ComponentChildren;
  /** What is behind it; the title names the button that opens it. */
  details?: { of: string; children: ComponentChildren };
}) {
  const isOpen = useSignal(false);
  const { details } = props;
  return (
    <li class="attention-row">
      <ToneIcon tone={props.tone} />
      <div class="attention-text">
        <strong>
          {props.toneWord !== undefined && <span class="sr-only">{props.toneWord}: </span>}
          {props.title}
        </strong>
        {props.text !== undefined && <span>{props.text}</span>}
      </div>
      <div class="attention-actions">
        {details !== undefined && (
          <button
            type="button"
            class="button ghost small disclosure"
            aria-expanded={isOpen.value}
            aria-label={t('finding.detailsName', { title: details.of })}
            onClick={() => {
              isOpen.value = !isOpen.value;
            }}
          >
            {t('finding.details')}
            <Icon name="chevron" />
          </button>
        )}
        {props.action}
      </div>
      {isOpen.value && <div class="attention-body">{details?.children}</div>}
    </li>
  );
}
