import { render } from 'preact';
import * as z from 'zod/mini';
import { AppContext } from './app.ts';
import { createApp } from './data/attention.ts';
import { Gate } from './gate/gate.tsx';
import { takeTokenFromAddress } from './link/address-token.ts';
import { addressToken, deviceKeys, openGatewaySocket } from './link/head-start.ts';
import { Link } from './link/link.ts';
import { drawAttention } from './shell/draw-attention.ts';
import { startLanguage } from './shell/remember-language.ts';

// The content policy forbids code made at run time, which zod would try for speed.
z.config({ jitless: true });
void start();

async function start(): Promise<void> {
  const link = new Link({
    openSocket: openGatewaySocket,
    keys: deviceKeys,
    memory: sessionStorage,
    platform: 'web',
  });
  link.signIn(addressToken === undefined ? undefined : { kind: 'token', token: addressToken });
  await startLanguage();
  const app = createApp(link);
  const root = document.getElementById('page');
  if (root === null) return;
  takeUpLinks(link);
  drawAttention(app);
  render(
    <AppContext.Provider value={app}>
      <Gate />
    </AppContext.Provider>,
    root,
  );
}

/**
 * A link with a token that is opened in a tab where the page already is changes the fragment and loads nothing: it signs
 * in where somebody is asked to, and leaves the address in any case.
 */
function takeUpLinks(link: Link): void {
  window.addEventListener('hashchange', () => {
    const { token, clean } = takeTokenFromAddress(location.href);
    if (token === undefined) return;
    history.replaceState(null, '', clean);
    if (link.state.value.kind !== 'connected') link.signIn({ kind: 'token', token });
  });
}
