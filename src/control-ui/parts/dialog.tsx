import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../text/translate.ts';
import { Icon } from './icon.tsx';

/** A modal dialog: focus stays inside, Escape closes, focus goes back to where it was. */
export function Dialog(props: { title: string; onClose: () => void; children: ComponentChildren }) {
  const element = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => element.current?.showModal(), []);
  return (
    <dialog ref={element} class="dialog" aria-label={props.title} onClose={props.onClose}>
      <header class="dialog-head">
        <h2>{props.title}</h2>
        <button
          type="button"
          class="icon-button"
          aria-label={t('action.close')}
          onClick={() => element.current?.close()}
        >
          <Icon name="close" />
        </button>
      </header>
      {props.children}
    </dialog>
  );
}

/** Asks before something that cannot be taken back; the text names the target and what else it reaches. */
export function Confirm(props: {
  title: string;
  children: ComponentChildren;
  action: ComponentChildren;
  onClose: () => void;
}) {
  return (
    <Dialog title={props.title} onClose={props.onClose}>
      <div class="stack">
        <div>{props.children}</div>
        <div class="row end">
          <button type="button" class="button" onClick={props.onClose}>
            {t('action.cancel')}
          </button>
          {props.action}
        </div>
      </div>
    </Dialog>
  );
}
