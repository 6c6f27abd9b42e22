import { askHttp, type HttpAnswer } from '../../supervisor/index.ts';
import { authorityOf, serverNameOf, type Target } from './target.ts';

/** Asks for `/healthz` there, under the name a visitor uses. The certificate is judged in a step of its own. */
export function askHealth(target: Target, address: string): Promise<HttpAnswer> {
  const { port, isTls, deadlineMs } = target;
  return askHttp({
    ...{ scheme: isTls ? ('https' as const) : ('http' as const), address, port, path: '/healthz' },
    host: authorityOf(target),
    ...(isTls ? { serverName: serverNameOf(target) } : {}),
    timeoutMs: deadlineMs,
  });
}
