import { openNodeSocket } from '../../protocol/host/index.ts';
import { refusedUpgrade } from '../../protocol/index.ts';
import { parseIdentity } from '../../supervisor/index.ts';
import { askHealth } from './ask-health.ts';
import { apartText, readClock } from './clock.ts';
import { failed, passed, read, type StepResult } from './step.ts';
import { authorityOf, type Target } from './target.ts';

/** Is it a gateway of ours that answers HTTP? */
export async function askWho(target: Target, address: string): Promise<StepResult> {
  const { host, isTls, deadlineMs } = target;
  const answer = await askHealth(target, address);
  if (answer.kind !== 'answered') {
    const why = answer.kind === 'silent' ? `nothing within ${deadlineMs} ms` : answer.reason;
    return failed('http', `no HTTP answer: ${why}`, { fault: 'server' });
  }
  const { status, body } = answer;
  if (status === 502 || status === 503 || status === 504) {
    return failed('http', `${status}: the route is there, but the gateway behind it does not answer`, {
      fault: 'gateway',
      remedies: [read(`On ${host}: clawdbot gateway status`)],
    });
  }
  if (status === 421) {
    return failed('http', `421: the gateway does not answer to the name ${authorityOf(target)}`, {
      fault: 'host',
      exitClass: 78,
      remedies: [read(`On the gateway machine, add ${authorityOf(target)} to gateway.allowedHosts`)],
    });
  }
  const identity = parseIdentity(body);
  if (identity?.service !== 'clawdbot-gateway') {
    return failed(
      'http',
      `${status}: something answers, but not a gateway of ours: the address leads elsewhere`,
      {
        fault: 'route',
        exitClass: 78,
        remedies: [read(`On ${host}: clawdbot tailscale status`)],
      },
    );
  }
  const clock = readClock(answer.date);
  if (clock?.isWrong === true) {
    return failed('http', `${apartText(clock)}; 10 minutes are allowed`, {
      fault: 'clock',
      exitClass: 69,
      remedies: [read('On both machines: timedatectl status')],
    });
  }
  return passed('http', `a clawdbot gateway, version ${identity.version}${isTls ? '' : ', in clear'}`);
}

/** Does a WebSocket open with the origin a browser would send, and does the gateway greet? */
export function openUpgrade(target: Target): Promise<StepResult> {
  const { isTls, deadlineMs, pins } = target;
  const authority = authorityOf(target);
  const origin = `${isTls ? 'https' : 'http'}://${authority}`;
  return new Promise((resolve) => {
    const socket = openNodeSocket({
      url: `${isTls ? 'wss' : 'ws'}://${authority}/`,
      headers: { origin },
      ...(pins === undefined || !isTls ? {} : { tlsFingerprint: pins }),
    });
    const end = (result: StepResult) => {
      clearTimeout(timer);
      socket.onclose = null;
      socket.close(1000, 'probe');
      resolve(result);
    };
    const timer = setTimeout(
      () =>
        end(
          failed('upgrade', `no greeting within ${deadlineMs} ms: a proxy in between keeps WebSockets out`, {
            fault: 'route',
          }),
        ),
      deadlineMs,
    );
    socket.onmessage = ({ data }) => {
      if (String(data).includes('connect.challenge'))
        end(passed('upgrade', `a WebSocket opens with the origin ${origin}`));
    };
    socket.onerror = ({ message = 'no reason' }) => {
      const isOrigin = refusedUpgrade(message) === 403;
      end(
        failed(
          'upgrade',
          isOrigin ? `403: the gateway refuses the origin ${origin}` : `no WebSocket: ${message}`,
          {
            fault: isOrigin ? 'host' : 'route',
            ...(isOrigin
              ? {
                  exitClass: 78 as const,
                  remedies: [read(`On the gateway machine, add ${authority} to gateway.allowedHosts`)],
                }
              : {}),
          },
        ),
      );
    };
    socket.onclose = ({ code, reason }) =>
      end(failed('upgrade', `closed with ${code} ${reason}`.trim(), { fault: 'gateway' }));
  });
}
