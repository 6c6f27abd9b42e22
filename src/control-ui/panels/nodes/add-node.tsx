import { Notice } from '../../parts/badge.tsx';
import { Command } from '../../parts/command.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { t } from '../../text/translate.ts';
import { isReachableElsewhere, nodeInstallLine } from './install-line.ts';

/** How to make another machine a node: two lines there, one decision here. */
export function AddNode({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={t('addNode.title')} onClose={onClose}>
      <ol class="steps">
        <li>
          <p>{t('addNode.token')}</p>
          <Command text="read -rs CLAWDBOT_GATEWAY_TOKEN && export CLAWDBOT_GATEWAY_TOKEN" />
        </li>
        <li>
          <p>{t('addNode.install')}</p>
          <Command text={nodeInstallLine(location)} />
        </li>
        <li>
          <p>{t('addNode.approve')}</p>
        </li>
      </ol>
      {!isReachableElsewhere(location.hostname) && (
        <Notice tone="warn">{t('addNode.loopback', { host: location.hostname })}</Notice>
      )}
    </Dialog>
  );
}
