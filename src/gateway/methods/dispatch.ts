import {
  type ErrorShape,
  isMethodName,
  type MethodName,
  methodAccess,
  methodParams,
  type ProtocolVersion,
  RequestError,
  type RequestFrame,
  type Scope,
  validationText,
} from '../../protocol/index.ts';
import { errorText } from '../../state/index.ts';
import { approvalMethods } from './approval-methods.ts';
import { configMethods } from './config-methods.ts';
import { doctorMethods } from './doctor-methods.ts';
import { explainMethods } from './explain-methods.ts';
import { healthMethods } from './health-methods.ts';
import { lockoutMethods } from './lockout-methods.ts';
import { logMethods } from './log-methods.ts';
import type { Call, Methods } from './method.ts';
import { nodeMethods } from './node-methods.ts';
import { pairingMethods } from './pairing-methods.ts';
import { policyMethods } from './policy-methods.ts';

const METHODS: Methods<MethodName> = {
  ...healthMethods,
  ...nodeMethods,
  ...pairingMethods,
  ...approvalMethods,
  ...policyMethods,
  ...explainMethods,
  ...configMethods,
  ...lockoutMethods,
  ...logMethods,
  ...doctorMethods,
};

/** What `hello-ok.features.methods` lists: exactly what exists. */
export const METHOD_NAMES: readonly string[] = Object.keys(METHODS);

/** Requests one connection may have open at a time; a client that never waits for answers gets errors instead of memory. */
const MAX_IN_FLIGHT = 1_000;

/** Runs one request of a connection and answers it. Never throws, never leaves a request without an answer. */
export function dispatch(caller: Omit<Call, 'respondFirst'>, frame: RequestFrame): void {
  const { connection } = caller;
  const call = { ...caller, respondFirst: (payload: unknown) => connection.respond(frame.id, payload) };
  try {
    const value = start(call, frame);
    if (value instanceof Promise) {
      connection.inFlight += 1;
      value.then(
        (payload) => finish(call, frame, { payload }),
        (thrown: unknown) => finish(call, frame, { thrown }),
      );
    } else {
      connection.respond(frame.id, value);
    }
  } catch (thrown) {
    connection.refuse(frame.id, errorOf(call, frame, thrown));
  }
}

function start(call: Call, frame: RequestFrame): unknown {
  const { connection } = call;
  const { method } = frame;
  const access = methodAccess(connection.peer, method);
  // `connect` comes before the scope check for operators; nodes get their role's refusal (gateway-protocol §2).
  if (method === 'connect' && connection.peer.role === 'operator') {
    throw new RequestError({
      code: 'INVALID_REQUEST',
      message: 'connect is only valid as the first request',
    });
  }
  if (!access.allowed) throw denied(connection.peer.protocol, access);
  if (!isMethodName(method)) {
    throw new RequestError({ code: 'INVALID_REQUEST', message: `unknown method: ${method}` });
  }
  if (connection.inFlight >= MAX_IN_FLIGHT) {
    throw new RequestError({ code: 'UNAVAILABLE', message: 'too many open requests', retryable: true });
  }
  return invoke(call, method, frame.params ?? {});
}

/** Protocol 4 has a code of its own for missing scopes; the text is the same in both (protocol-now §13). */
function denied(
  protocol: ProtocolVersion,
  { message, scope }: { message: string; scope?: Scope },
): RequestError {
  if (protocol === 3 || scope === undefined) return new RequestError({ code: 'INVALID_REQUEST', message });
  const details = { code: 'MISSING_SCOPE', missingScope: scope, requiredScopes: [scope] };
  return new RequestError({ code: 'FORBIDDEN', message, details });
}

function invoke<M extends MethodName>(call: Call, method: M, given: unknown): unknown {
  const parsed = methodParams[method].safeParse(given);
  if (!parsed.success) {
    const message = `invalid ${method} params: ${validationText(parsed.error.issues, given)}`;
    throw new RequestError({ code: 'INVALID_REQUEST', message });
  }
  // The schema of M has just accepted it; TypeScript loses that link through the table lookup.
  return METHODS[method](call, parsed.data as Parameters<Methods<M>[M]>[1]);
}

function finish(call: Call, frame: RequestFrame, outcome: { payload: unknown } | { thrown: unknown }): void {
  const { connection } = call;
  connection.inFlight -= 1;
  if ('payload' in outcome) connection.respond(frame.id, outcome.payload);
  else connection.refuse(frame.id, errorOf(call, frame, outcome.thrown));
}

/** A handler that throws anything but a RequestError met something unexpected: `UNAVAILABLE` and a log line. */
function errorOf({ core, connection }: Call, frame: RequestFrame, thrown: unknown): ErrorShape {
  if (thrown instanceof RequestError) return thrown.shape;
  core.log.error('method failed', {
    method: frame.method,
    connection: connection.id,
    error: errorText(thrown),
  });
  return { code: 'UNAVAILABLE', message: errorText(thrown) };
}
