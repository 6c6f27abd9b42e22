import { LabelledChoice } from '../../parts/choice.tsx';
import { t } from '../../text/translate.ts';
import {
  type Policy,
  type PolicyScopeName,
  SETTING_WORDS,
  type SettingName,
  settingOf,
  withSetting,
} from './policy.ts';

const NAMES: readonly SettingName[] = ['security', 'ask', 'askFallback'];

/** The three words that decide in a scope. A scope that says nothing leaves it to the next outer one. */
export function PolicySettings(props: {
  policy: Policy;
  at: PolicyScopeName;
  onChange: (policy: Policy) => void;
}) {
  const { policy, at, onChange } = props;
  return (
    <div class="settings">
      {NAMES.map((name) => (
        <LabelledChoice
          key={name}
          label={t(`policy.${name}`)}
          help={t(`policy.${name}Help`)}
          value={settingOf(policy, at, name) ?? ''}
          options={[
            ['', at.kind === 'defaults' ? t('policy.builtIn') : t('policy.inherit')],
            ...SETTING_WORDS[name].map((word) => [word, wordText(name, word)] as const),
          ]}
          onChange={(word) => onChange(withSetting(policy, at, name, word || undefined))}
        />
      ))}
    </div>
  );
}

function wordText(name: SettingName, word: string): string {
  // `SETTING_WORDS` has no others.
  return name === 'ask'
    ? t(`policy.ask.${word as 'always' | 'on-miss' | 'off'}`)
    : t(`policy.security.${word as 'deny' | 'allowlist' | 'full'}`);
}
