import { t } from '../../text/translate.ts';
import { evidenceName } from '../../text/wire-sentence.ts';
import { Outside } from '../outside-text.tsx';

/** What to do stands among the remedies already, as lines to run and not as their words. */
const SAID_ABOVE = ['approveWith', 'remedies', 'remedy', 'restart', 'serve'];

/** The plain values a finding rests on. */
export function Evidence({ evidence }: { evidence: Readonly<Record<string, unknown>> }) {
  const entries = Object.entries(evidence).filter(([name]) => !SAID_ABOVE.includes(name));
  if (entries.length === 0) return null;
  return (
    <>
      <h3 class="minor">{t('finding.evidence')}</h3>
      <dl class="evidence">
        {entries.map(([name, value]) => (
          <div key={name}>
            <dt>{evidenceName(name)}</dt>
            <dd>
              {linesOf(value).map((line, index) => (
                <div key={index}>
                  <Outside text={line} maxChars={1_000} />
                </div>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

/** A list is one line per entry, and an entry of plain values is `name value`; anything else is JSON. */
function linesOf(value: unknown): string[] {
  if (Array.isArray(value) && value.length > 0) return value.map(lineOf);
  return [lineOf(value)];
}

function lineOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  if (entries.length === 0 || Array.isArray(value) || entries.some(([, each]) => typeof each === 'object'))
    return JSON.stringify(value) ?? '';
  return entries.map(([name, each]) => `${evidenceName(name)} ${each}`).join(t('evidence.comma'));
}
