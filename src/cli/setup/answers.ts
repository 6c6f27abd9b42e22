import { type Config, OpsError } from '../../state/index.ts';
import type { Options } from '../program/command-spec.ts';
import { hasOption, numberOption, textOption } from '../program/option-values.ts';

/** What onboarding decides. A secret that is undefined is generated, unless the config has one. */
export type Answers =
  | {
      mode: 'local';
      port: number;
      bind: Config['gateway']['bind'];
      auth: 'token' | 'password';
      token: string | undefined;
      password: string | undefined;
      tailscale: Config['gateway']['tailscale']['mode'];
      resetOnExit: boolean;
      installService: boolean;
    }
  | { mode: 'remote'; url: string; token: string | undefined };

/**
 * Answers from the flags of the real program (cli-and-state §10); what is not said stays as the config has it.
 * @throws `usage` for a combination that cannot be meant
 */
export function answersFromOptions(options: Options, { gateway }: Config): Answers {
  if ((textOption(options, 'mode') ?? 'local') === 'remote') {
    const url = textOption(options, 'remoteUrl') ?? gateway.remote.url;
    if (url === undefined)
      throw new OpsError('usage', 'cannot set up a remote gateway: --remote-url is missing');
    return { mode: 'remote', url, token: textOption(options, 'remoteToken') };
  }
  const password = textOption(options, 'gatewayPassword');
  const auth =
    oneOf(['token', 'password'] as const, textOption(options, 'gatewayAuth')) ??
    (password === undefined ? 'token' : 'password');
  if (auth === 'password' && password === undefined && gateway.auth.password === undefined) {
    throw new OpsError('usage', 'cannot set up password authentication: --gateway-password is missing');
  }
  return {
    mode: 'local',
    port: numberOption(options, 'gatewayPort') ?? gateway.port,
    bind: oneOf(BINDS, textOption(options, 'gatewayBind')) ?? gateway.bind,
    auth,
    token: textOption(options, 'gatewayToken'),
    password,
    tailscale: oneOf(TAILSCALE_MODES, textOption(options, 'tailscale')) ?? gateway.tailscale.mode,
    resetOnExit: hasOption(options, 'tailscaleResetOnExit') || gateway.tailscale.resetOnExit,
    installService: hasOption(options, 'installDaemon'),
  };
}

export const BINDS = ['loopback', 'lan', 'tailnet', 'auto', 'custom'] as const;
export const TAILSCALE_MODES = ['off', 'serve', 'funnel'] as const;

function oneOf<const T extends string>(words: readonly T[], word: string | undefined): T | undefined {
  return words.find((known) => known === word);
}
