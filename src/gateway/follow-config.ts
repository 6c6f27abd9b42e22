import { errorText, type OpenLogger, type StatePaths, watchConfig } from '../state/index.ts';
import { reactToConfig } from './config-change.ts';
import type { GatewayLog } from './gateway-log.ts';
import type { RestartableGateway } from './restartable-gateway.ts';

/** Watches the config file and makes the gateway follow it: re-read or restarted, as the change demands. */
export function followConfig(input: {
  paths: StatePaths;
  env: Readonly<Record<string, string | undefined>>;
  gateway: RestartableGateway;
  log: GatewayLog;
  fileLog: OpenLogger;
  /** A restart that left nothing serving. */
  onFatal: (thrown: unknown) => void;
  signal: AbortSignal;
}): void {
  const { paths, env, gateway, log, fileLog, onFatal, signal } = input;
  watchConfig(paths, {
    env,
    signal,
    debounceMs: gateway.settings.loaded.config.gateway.reload.debounceMs,
    onChange: (loaded) => {
      const { mode } = loaded.config.gateway.reload;
      const reaction = reactToConfig(gateway.settings.loaded.parsed, loaded.parsed, mode);
      if (reaction === 'nothing') return;
      if (reaction === 'restart') {
        gateway.restart('the config file changed').catch(onFatal);
        return;
      }
      if (!loaded.valid) {
        const problems = loaded.issues.map(({ path, message }) => `${path}: ${message}`);
        log.error('the changed config is not valid, the former one stays in force', { problems });
        return;
      }
      gateway.apply(loaded);
      fileLog.setLevel(loaded.config.logging.level);
      log.info('config read again');
    },
    onError: (thrown) => log.error('cannot watch the config file', { reason: errorText(thrown) }),
  });
}
