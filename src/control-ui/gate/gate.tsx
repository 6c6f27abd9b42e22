import { useApp } from '../app.ts';
import { Command } from '../parts/command.tsx';
import { Shell } from '../shell/shell.tsx';
import { lostText } from '../text/reason.ts';
import { t } from '../text/translate.ts';
import { Connecting } from './connecting.tsx';
import { Insecure } from './insecure.tsx';
import { SignIn } from './sign-in.tsx';
import { Unpaired } from './unpaired.tsx';

/** What the state of the connection allows to see. Once inside, a lost connection leaves everything in its place. */
export function Gate() {
  const { link } = useApp();
  const state = link.state.value;
  if (state.kind === 'connected' || link.lostAtMs.value !== undefined) return <Shell />;
  switch (state.kind) {
    case 'connecting':
      return <Connecting />;
    case 'signed-out':
      return (
        <SignIn wants={state.wants} why={state.why ?? (state.hasEnded ? t('signIn.ended') : undefined)} />
      );
    case 'unpaired':
      return <Unpaired requestId={state.requestId} />;
    case 'insecure':
      return <Insecure why={state.why} />;
    case 'refused':
    case 'lost':
      return (
        <main class="gate">
          <div class="card">
            <h1>{t(GATE_TEXTS[state.kind].title, { host: location.host })}</h1>
            <p>{t('lost.why', { why: lostText(state.why) })}</p>
            <p class="note">{t(GATE_TEXTS[state.kind].help)}</p>
            <Command text={state.kind === 'refused' ? 'clawdbot doctor' : 'clawdbot status'} />
            <button type="button" class="button primary" onClick={() => link.retryNow()}>
              {t('action.tryNow')}
            </button>
          </div>
        </main>
      );
  }
}

const GATE_TEXTS = {
  lost: { title: 'gate.noAnswer', help: 'gate.noAnswerHelp' },
  refused: { title: 'gate.refused', help: 'gate.refusedHelp' },
} as const;
