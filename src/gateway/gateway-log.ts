/** Where the gateway tells what happens. Fields are plain values and never secrets. */
export type GatewayLog = Record<
  'debug' | 'info' | 'warn' | 'error',
  (message: string, fields?: Readonly<Record<string, unknown>>) => void
>;

/** Says nothing. */
export const SILENT_LOG: GatewayLog = { debug: ignore, info: ignore, warn: ignore, error: ignore };

function ignore(): void {
  // Nobody listens.
}
