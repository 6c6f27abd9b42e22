import { useMemo } from 'preact/hooks';
import { useApp, useResource } from '../../app.ts';
import { createNodeStats } from '../../data/node-stats.ts';
import { Freshness, isOutOfDate } from '../../parts/age.tsx';
import { bytesText, percentText } from '../../parts/amount.ts';
import { t } from '../../text/translate.ts';

/** From here on a meter is said to be high, in words and colour. */
const HIGH = 0.9;

/** Load, memory and disk of a connected node; a sentence where its program cannot tell. */
export function NodeLoad({ nodeId }: { nodeId: string }) {
  const { link } = useApp();
  const resource = useMemo(() => createNodeStats(link, nodeId), [link, nodeId]);
  useResource(resource);
  const stats = resource.value.value;
  if (stats === undefined) return <div class="meters" aria-hidden="true" />;
  if (stats === null) return <p class="note meters">{t('load.mute')}</p>;
  const { load, cpus, memory, disk } = stats;
  const used = 1 - memory.availableBytes / memory.totalBytes;
  return (
    <div class="meters">
      <Meter
        name={t('load.load')}
        share={(load[0] ?? 0) / cpus}
        text={t('load.loadText', { load: (load[0] ?? 0).toFixed(2), cpus })}
      />
      <Meter
        name={t('load.memory')}
        share={used}
        text={t('load.of', { part: percentText(used), whole: bytesText(memory.totalBytes) })}
      />
      {disk !== undefined && (
        <Meter
          name={t('load.disk')}
          share={1 - disk.availableBytes / disk.totalBytes}
          text={t('load.free', { free: bytesText(disk.availableBytes) })}
        />
      )}
      {isOutOfDate(resource) && (
        <span class="whole">
          <Freshness of={resource} />
        </span>
      )}
    </div>
  );
}

function Meter({ name, share, text }: { name: string; share: number; text: string }) {
  const filled = Math.max(0, Math.min(1, share));
  const isHigh = share >= HIGH;
  return (
    <div class={isHigh ? 'meter high' : 'meter'}>
      <span class="meter-name">{name}</span>
      {/* biome-ignore lint/a11y/useSemanticElements: `meter` cannot be drawn alike in all browsers */}
      <span
        class="meter-bar"
        role="meter"
        aria-label={name}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(filled * 100)}
        aria-valuetext={text}
      >
        <svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
          <rect width={filled * 100} height="1" />
        </svg>
      </span>
      <span class="meter-text">{isHigh ? t('load.high', { text }) : text}</span>
    </div>
  );
}
