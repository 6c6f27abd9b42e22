import * as z from 'zod/mini';

/** One thing the tailnet client publishes. */
export type ServeEntry = {
  /** `name:port` as seen from the tailnet; a plain TCP forward has no name: `:port`. */
  host: string;
  port: number;
  /** '' for a plain TCP forward. */
  path: string;
  scheme: 'https' | 'http' | 'tcp';
  /** Where it leads: an address, a directory, a text. */
  target: string;
  /** Open to the whole internet. */
  isFunnel: boolean;
  /** Belongs to a command that runs in a terminal; `tailscale serve status` without JSON does not show it (F-57). */
  isForeground: boolean;
};

/** What the client says about itself. */
export type ClientStatus = {
  /** `NoState`, `NeedsLogin`, `NeedsMachineAuth`, `Stopped`, `Starting`, `Running`. */
  state: string;
  /** Name in the tailnet without the final dot; '' before the first login. */
  dnsName: string;
  version: string;
  addresses: readonly string[];
  /** Names it can get certificates for; none when HTTPS is off for the tailnet. */
  certificateNames: readonly string[];
  /** Its own warnings. */
  health: readonly string[];
};

const texts = z.catch(z.array(z.string()), []);
const text = z.catch(z.string(), '');

/** ipn/ipnstate.Status. Every field may be missing: releases differ. */
const statusSchema = z.object({
  Version: text,
  BackendState: text,
  TailscaleIPs: texts,
  Self: z.catch(z.object({ DNSName: text }), { DNSName: '' }),
  CertDomains: texts,
  Health: texts,
});

/** `tailscale status --json`, and the same over the socket; warnings before the JSON are skipped (F-53). @throws SyntaxError */
export function parseClientStatus(answer: string): ClientStatus {
  const status = statusSchema.parse(parseObject(answer));
  return {
    state: status.BackendState || 'unknown',
    dnsName: status.Self.DNSName.replace(/\.$/, ''),
    // The client and a daemon built from source add their commit: 1.102.5-t1234abcd.
    version: status.Version,
    addresses: status.TailscaleIPs,
    certificateNames: status.CertDomains,
    health: status.Health,
  };
}

const handlerSchema = z.catch(z.object({ Proxy: text, Path: text, Text: text, Redirect: text }), {
  Proxy: '',
  Path: '',
  Text: '',
  Redirect: '',
});
const webSchema = z.catch(
  z.record(z.string(), z.catch(z.object({ Handlers: recordOf(handlerSchema) }), { Handlers: {} })),
  {},
);
const tcpSchema = recordOf(
  z.catch(z.object({ HTTP: z.catch(z.boolean(), false), TCPForward: text }), { HTTP: false, TCPForward: '' }),
);

/** ipn.ServeConfig without `Foreground`. */
const configSchema = z.catch(
  z.object({ TCP: tcpSchema, Web: webSchema, AllowFunnel: recordOf(z.catch(z.boolean(), false)) }),
  { TCP: {}, Web: {}, AllowFunnel: {} },
);
type Config = z.infer<typeof configSchema>;
const foregroundSchema = z.catch(z.object({ Foreground: recordOf(configSchema) }), { Foreground: {} });

/** `tailscale serve status --json` (ipn.ServeConfig): `TCP`, `Web`, `AllowFunnel`, and the same again below `Foreground`. @throws SyntaxError */
export function parseServeConfig(answer: string): ServeEntry[] {
  const config = answer.trim() === '' ? {} : (parseObject(answer) ?? {});
  const { Foreground } = foregroundSchema.parse(config);
  return [
    ...entriesOf(configSchema.parse(config), false),
    ...Object.values(Foreground).flatMap((part) => entriesOf(part, true)),
  ];
}

/** The operator in `prefs`; '' when there is none, undefined when the answer does not say. */
export function parseOperator(answer: string): string | undefined {
  try {
    return z.object({ OperatorUser: text }).parse(parseObject(answer)).OperatorUser;
  } catch {
    return undefined;
  }
}

function entriesOf({ TCP, Web, AllowFunnel }: Config, isForeground: boolean): ServeEntry[] {
  const web = Object.entries(Web).flatMap(([host, { Handlers }]) => {
    const port = portOf(host);
    return Object.entries(Handlers).map(([path, handler]) => ({
      host,
      port,
      path,
      scheme: TCP[String(port)]?.HTTP === true ? ('http' as const) : ('https' as const),
      target: handler.Proxy || handler.Path || handler.Redirect || handler.Text,
      isFunnel: AllowFunnel[host] === true,
      isForeground,
    }));
  });
  const plain = Object.entries(TCP).flatMap(([port, { TCPForward }]) =>
    TCPForward === ''
      ? []
      : [
          {
            host: `:${port}`,
            port: Number(port),
            path: '',
            scheme: 'tcp' as const,
            target: TCPForward,
            isFunnel: Object.entries(AllowFunnel).some(([host, on]) => on && portOf(host) === Number(port)),
            isForeground,
          },
        ],
  );
  return [...web, ...plain];
}

function portOf(host: string): number {
  return Number(host.split(':').at(-1));
}

function parseObject(answer: string): unknown {
  const start = answer.indexOf('{');
  return JSON.parse(start < 0 ? answer : answer.slice(start));
}

/** A record whose absence, or whose being anything else, counts as empty. */
function recordOf<T extends z.ZodMiniType>(value: T) {
  return z.catch(z.record(z.string(), value), {});
}
