import { render } from 'preact';
import * as z from 'zod/mini';
import { AppContext } from './app.ts';
import { createApp } from './data/attention.ts';
import { Gate } from './gate/gate.tsx';
import { openDeviceKeys } from './link/device-keys.ts';
import { Link } from './link/link.ts';
import { takeTokenFromAddress } from './link/sign-in.ts';
import { drawAttention } from './shell/draw-attention.ts';
import { startLanguage } from './shell/remember-language.ts';

// The token leaves the address bar before anything else happens.
const { token, clean } = takeTokenFromAddress(location.href);
if (clean !== location.href) history.replaceState(null, '', clean);
// The content policy forbids code made at run time, which zod would try for speed.
z.config({ jitless: true });
void start();

async function start(): Promise<void> {
  const link = new Link({
    url: `${location.protocol === 'https:' ? 'wss:' : 'ws:'}//${location.host}/`,
    keys: openDeviceKeys(),
    memory: sessionStorage,
    platform: 'web',
  });
  link.signIn(token === undefined ? undefined : { kind: 'token', token });
  await startLanguage();
  const app = createApp(link);
  const root = document.getElementById('page');
  if (root === null) return;
  drawAttention(app);
  render(
    <AppContext.Provider value={app}>
      <Gate />
    </AppContext.Provider>,
    root,
  );
}
