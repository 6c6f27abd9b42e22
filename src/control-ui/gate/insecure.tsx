import { Badge } from '../parts/badge.tsx';
import { Command } from '../parts/command.tsx';
import { t } from '../text/translate.ts';

/** Browsers sign only on localhost and over HTTPS; the way out is a tunnel, or the name of the tailnet. */
export function Insecure({ why }: { why: string }) {
  const port = location.port || '80';
  return (
    <main class="gate">
      <div class="card">
        <Badge tone="bad">{t('insecure.state')}</Badge>
        <h1>{t('insecure.title')}</h1>
        <p>{t('insecure.about', { why })}</p>
        <Command text={`ssh -N -L ${port}:127.0.0.1:${port} ${location.hostname}`} />
        <p class="note">{t('insecure.then', { address: `http://127.0.0.1:${port}/` })}</p>
      </div>
    </main>
  );
}
