/** tailscaled answers with 403 to an account that is neither root nor its operator (ipn/localapi/serve.go, 1.102). */
export function isDenied(status: number): boolean {
  return status === 403;
}

/**
 * The same of the `tailscale` program, which ends with status 1 whatever went wrong: only its words tell. They are those of
 * AccessDeniedError (client/local/local.go, 1.102.4), `Access denied: serve config denied`, and the body of the 403.
 */
export function saysDenied(said: string): boolean {
  return /\baccess denied\b|serve config denied/i.test(said);
}
