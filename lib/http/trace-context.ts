// The id of the trace that a request belongs to, from the headers of tracing systems.
import type { HttpRequest } from '../types';

/** `traceparent` of version 00; a later version may have more members [W3C Trace Context 3.2]. */
const traceparent = /^(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/;
/** The root of `X-Amzn-Trace-Id`, which AWS adds to a request [AWS X-Ray, Tracing header]. */
const amazonRoot = /(?:^|;)Root=(1-[0-9a-f]{8}-[0-9a-f]{24})(?:;|$)/;

/**
 * The trace id of `traceparent`, otherwise the one of `X-Amzn-Trace-Id`; null when no header has a valid one. The id has a fixed
 * length and only hex digits and hyphens, so it is safe to log. The caller chooses it: it proves nothing.
 */
export function traceIdOf({ headers }: HttpRequest): string | null {
  if (headers['traceparent'] === undefined && headers['x-amzn-trace-id'] === undefined) return null;
  const [, version, trace = '', parent = '', more] = traceparent.exec(headers['traceparent'] ?? '') ?? [];
  const isValid = /[^0]/.test(trace) && /[^0]/.test(parent) && (version !== '00' || more === undefined);
  if (isValid) return trace;
  return amazonRoot.exec((headers['x-amzn-trace-id'] ?? '').slice(0, 1024))?.[1] ?? null;
}
