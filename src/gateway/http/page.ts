/**
 * Headers of every HTTP answer: no script, no frame, no sniffing, nothing cached, no address leaked to other sites (F-96).
 */
export const SECURITY_HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Frame-Options': 'DENY',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cache-Control': 'no-store',
} as const;

/** What a browser sees at `/`: that the gateway is there and how to look further. No script, no facts about the machine. */
export const PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Clawdbot gateway</title></head>
<body>
<h1>Clawdbot gateway</h1>
<p>The gateway is running. Look at it with <code>clawdbot status</code> and <code>clawdbot nodes status</code>.</p>
<p><a href="/healthz">alive?</a> · <a href="/readyz">ready?</a></p>
</body>
</html>
`;
