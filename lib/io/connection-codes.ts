// What the code of a broken connection means.

/** Codes of node:http, http-exchange.ts and proxy.ts for temporary faults. */
const passing = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'ETIMEDOUT',
  'ERR_SOCKET_CONNECTION_TIMEOUT',
  'EPIPE',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
  'ERR_STREAM_PREMATURE_CLOSE',
  'TRY_TIMEOUT',
  'NO_RESPONSE',
  'SHORT_BODY',
  'PROXY_CLOSED',
  'PROXY_TIMEOUT',
]);

/** Whether another try may succeed after a connection broke with `code`. */
export function isPassingCode(code: string): boolean {
  return passing.has(code) || /^PROXY_(408|429|5\d\d)$/.test(code);
}
