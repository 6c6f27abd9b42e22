import { t } from '../../text/translate.ts';
import { Outside } from '../outside-text.tsx';

/** The plain values a finding rests on. */
export function Evidence({ evidence }: { evidence: Readonly<Record<string, unknown>> }) {
  const entries = Object.entries(evidence);
  if (entries.length === 0) return null;
  return (
    <>
      <h3 class="minor">{t('finding.evidence')}</h3>
      <dl class="evidence">
        {entries.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <Outside
                text={typeof value === 'string' ? value : (JSON.stringify(value) ?? '')}
                maxChars={1_000}
              />
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}
