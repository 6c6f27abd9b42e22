import * as prompts from '@clack/prompts';
import type { Config } from '../../../state/index.ts';
import type { Options } from '../../program/command-spec.ts';
import { type Answers, answersFromOptions, BINDS, TAILSCALE_MODES } from '../../setup/answers.ts';

const BIND_HINTS: Readonly<Record<(typeof BINDS)[number], string>> = {
  loopback: 'this machine only (recommended; Tailscale Serve reaches it too)',
  lan: 'every network this machine is in',
  tailnet: 'the tailnet address, and this machine',
  auto: 'same as loopback here',
  custom: 'the address in gateway.customBindHost',
};

/** Asks for what the flags left open. `undefined`: the person gave up, nothing is written. */
export async function askAnswers(options: Options, config: Config): Promise<Answers | undefined> {
  prompts.intro('clawdbot onboard');
  const agreed = await prompts.confirm({
    message: 'Paired nodes run commands on your machines, each by its own approvals file. Go on?',
    // Enter alone is no acknowledgement.
    initialValue: false,
  });
  if (agreed !== true) return giveUp();
  const mode = await prompts.select({
    message: 'Where does the gateway run?',
    initialValue: options['mode'] === 'remote' ? 'remote' : 'local',
    options: [
      { value: 'local', label: 'here' },
      { value: 'remote', label: 'on another machine' },
    ],
  });
  if (prompts.isCancel(mode)) return giveUp();
  return mode === 'remote' ? askRemote(options, config) : askLocal(options, config);
}

async function askRemote(options: Options, config: Config): Promise<Answers | undefined> {
  const url = await prompts.text({
    message: 'Its address',
    placeholder: 'wss://gateway.example.ts.net',
    initialValue: config.gateway.remote.url ?? '',
    validate: (text) =>
      /^wss?:\/\/./.test(text ?? '') ? undefined : 'an address starts with ws:// or wss://',
  });
  if (prompts.isCancel(url)) return giveUp();
  const token = await prompts.password({
    message: 'Its shared token (empty: none, this device is approved there)',
  });
  if (prompts.isCancel(token)) return giveUp();
  return answersFromOptions(
    {
      ...options,
      mode: 'remote',
      remoteUrl: url,
      ...(token === '' || token === undefined ? {} : { remoteToken: token }),
    },
    config,
  );
}

async function askLocal(options: Options, config: Config): Promise<Answers | undefined> {
  const port = await prompts.text({
    message: 'TCP port',
    initialValue: String(options['gatewayPort'] ?? config.gateway.port),
    validate: (text) =>
      /^\d{1,5}$/.test(text ?? '') && Number(text) >= 1 && Number(text) <= 65_535
        ? undefined
        : 'a port from 1 to 65535',
  });
  if (prompts.isCancel(port)) return giveUp();
  const bind = await prompts.select({
    message: 'Who can reach it?',
    initialValue: config.gateway.bind,
    options: BINDS.map((value) => ({ value, label: value, hint: BIND_HINTS[value] })),
  });
  if (prompts.isCancel(bind)) return giveUp();
  const auth = await prompts.select({
    message: 'What must clients present?',
    initialValue: 'token',
    options: [
      { value: 'token', label: 'a token', hint: 'generated when there is none' },
      { value: 'password', label: 'a password' },
    ],
  });
  if (prompts.isCancel(auth)) return giveUp();
  const password =
    auth === 'password'
      ? await prompts.password({
          message: 'The password',
          validate: (text) => (text ? undefined : 'not empty'),
        })
      : undefined;
  if (prompts.isCancel(password)) return giveUp();
  const tailscale = await prompts.select({
    message: 'Publish through Tailscale?',
    initialValue: config.gateway.tailscale.mode,
    options: TAILSCALE_MODES.map((value) => ({ value, label: value })),
  });
  if (prompts.isCancel(tailscale)) return giveUp();
  const service = await prompts.confirm({
    message: 'Install the systemd user service?',
    initialValue: options['installDaemon'] === true,
  });
  if (prompts.isCancel(service)) return giveUp();
  return answersFromOptions(
    {
      ...options,
      mode: 'local',
      gatewayPort: Number(port),
      gatewayBind: bind,
      gatewayAuth: auth,
      tailscale,
      installDaemon: service,
      ...(password === undefined ? {} : { gatewayPassword: password }),
    },
    config,
  );
}

function giveUp(): undefined {
  prompts.cancel('Nothing was changed.');
}
