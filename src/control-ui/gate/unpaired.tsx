import { useApp } from '../app.ts';
import { Badge } from '../parts/badge.tsx';
import { Command } from '../parts/command.tsx';
import { t } from '../text/translate.ts';

/** The owner of the gateway has to accept this browser; the page opens by itself as soon as that is done. */
export function Unpaired({ requestId }: { requestId: string | undefined }) {
  const { link } = useApp();
  return (
    <main class="gate">
      <div class="card">
        <Badge tone="wait">{t('unpaired.state')}</Badge>
        <h1>{t('unpaired.title')}</h1>
        <p>{t('unpaired.about')}</p>
        <Command text={`clawdbot devices approve ${requestId ?? ''}`.trim()} />
        <p class="note">{t('unpaired.expires')}</p>
        <button type="button" class="button" onClick={() => link.signOut()}>
          {t('action.signOut')}
        </button>
      </div>
    </main>
  );
}
