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
        <label key={name} class="field">
          <span>{t(`policy.${name}`)}</span>
          <select
            class="input"
            value={settingOf(policy, at, name) ?? ''}
            onChange={(event) =>
              onChange(withSetting(policy, at, name, event.currentTarget.value || undefined))
            }
          >
            <option value="">{at.kind === 'defaults' ? t('policy.builtIn') : t('policy.inherit')}</option>
            {SETTING_WORDS[name].map((word) => (
              <option key={word} value={word}>
                {name === 'ask'
                  ? t(`policy.ask.${word as 'always' | 'on-miss' | 'off'}`)
                  : t(`policy.security.${word as 'deny' | 'allowlist' | 'full'}`)}
              </option>
            ))}
          </select>
          <span class="note">{t(`policy.${name}Help`)}</span>
        </label>
      ))}
    </div>
  );
}
