import type { GatewayLog } from './gateway-log.ts';

type Level = keyof GatewayLog;
type Line = { level: Level; message: string; fields: Readonly<Record<string, unknown>> | undefined };

/** Lines kept while there is no log yet; a start does not say more. */
const MAX_LINES = 1_000;

/**
 * A log that can be used before it is open: loading the real one (30 ms) waits until the gateway serves. What was
 * said before is written then, in order.
 */
export function deferLog(): GatewayLog & { attach(log: GatewayLog): void } {
  let target: GatewayLog | undefined;
  const waiting: Line[] = [];
  const at =
    (level: Level) =>
    (message: string, fields?: Readonly<Record<string, unknown>>): void => {
      if (target !== undefined) target[level](message, fields);
      else if (waiting.length < MAX_LINES) waiting.push({ level, message, fields });
    };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    attach: (log) => {
      target = log;
      for (const { level, message, fields } of waiting.splice(0)) log[level](message, fields);
    },
  };
}
