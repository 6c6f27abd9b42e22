import { useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { useApp } from '../app.ts';
import { ACCESS, type Access } from '../link/sign-in.ts';
import { Notice } from '../parts/badge.tsx';
import { LabelledChoice } from '../parts/choice.tsx';
import { Command } from '../parts/command.tsx';
import { InlineCode } from '../parts/inline-code.tsx';
import { LanguageButton } from '../shell/language-button.tsx';
import { refusalText } from '../text/reason.ts';
import { t } from '../text/translate.ts';

/** The form for the shared secret. It goes to the gateway this page came from and nowhere else, and is not stored. */
export function SignIn({ wants, why }: { wants: 'token' | 'password'; why: string | undefined }) {
  const { link } = useApp();
  const secret = useSignal('');
  const access = useSignal<Access>(link.access.value);
  const field = useRef<HTMLInputElement>(null);
  // The form has one purpose; after a refusal it is drawn anew.
  useLayoutEffect(() => field.current?.focus(), []);
  const submit = (event: Event) => {
    event.preventDefault();
    const text = secret.value.trim();
    if (text === '') return;
    link.signIn(
      wants === 'token' ? { kind: 'token', token: text } : { kind: 'password', password: text },
      access.value,
    );
  };
  return (
    <main class="gate">
      <form class="card" onSubmit={submit}>
        <div class="gate-head">
          <img src="./assets/quiet.svg" alt="" width="40" height="40" />
          <LanguageButton />
        </div>
        <h1>{t('signIn.title')}</h1>
        <p class="note">{t('signIn.about', { host: location.host })}</p>
        {why !== undefined && <Notice tone="bad">{refusalText(why)}</Notice>}
        <label class="field">
          <span>{t(`signIn.${wants}`)}</span>
          <input
            ref={field}
            class="input"
            type="password"
            autoComplete="current-password"
            required
            value={secret.value}
            onInput={(event) => {
              secret.value = event.currentTarget.value;
            }}
          />
        </label>
        <LabelledChoice
          label={t('signIn.access')}
          value={access.value}
          options={ACCESS.map((each) => [each, t(`access.${each}`)])}
          onChange={(chosen) => {
            access.value = chosen;
          }}
        />
        <button type="submit" class="button primary">
          {t('signIn.submit')}
        </button>
        <div class="stack tight">
          <p class="note">{t('signIn.where')}</p>
          <Command text="clawdbot dashboard" />
        </div>
        {location.hostname.endsWith('.ts.net') && (
          <p class="note">
            <InlineCode text={t('signIn.tailnet')} />
          </p>
        )}
      </form>
    </main>
  );
}
