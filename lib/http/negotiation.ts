// Reads the Accept and Accept-Encoding headers of a request [RFC 9110 12.5.1, 12.5.3].
import type { Coding } from '../bytes/compress';

/** Characters of such a header that are read; browsers send about 150. */
const maxHeader = 1024;

/** The weight of a name in `Accept` or a similar header, 0 to 1; 0 when the header does not list it [RFC 9110 12.4.2]. */
export function weightOf(accept: string, wanted: string): number {
  return weightsOf(accept).get(wanted) ?? 0;
}

/**
 * How a body is compressed for a caller; `coding` is null when it is not. `smallToo`: the caller refuses a body that is not
 * compressed, so a short one is compressed, too.
 */
export type Encoding = Readonly<{ coding: Coding | null; smallToo: boolean }>;

/**
 * The coding for an `Accept-Encoding` header: the one with the highest weight. When weights are equal, brotli if the
 * caller names it, then gzip. `coding` is null when the header is missing or empty, prefers `identity`, or accepts neither
 * gzip nor brotli (also when it refuses `identity`: a readable answer is better than 406).
 */
export function chooseEncoding(acceptEncoding: string | undefined): Encoding {
  const weights = weightsOf(acceptEncoding ?? '');
  const any = weights.get('*');
  const identity = weights.get('identity') ?? any;
  // Old clients call gzip x-gzip [RFC 9110 8.4.1.3].
  const gzip = weights.get('gzip') ?? weights.get('x-gzip') ?? any ?? 0;
  const brotli = weights.get('br') ?? any ?? 0;
  const brotliFirst = brotli > gzip || (brotli === gzip && weights.has('br'));
  const best = brotliFirst ? brotli : gzip;
  if (best === 0 || best < (identity ?? 0)) return { coding: null, smallToo: false };
  return { coding: brotliFirst ? 'br' : 'gzip', smallToo: identity === 0 };
}

/** The weights of all names, in lower case. The first of a repeated name counts; a weight that is not a number is 0. */
function weightsOf(accept: string): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const part of accept.slice(0, maxHeader).toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((word) => word.trim());
    if (name === '' || weights.has(name)) continue;
    const weight = parameters.find((parameter) => /^q\s*=/.test(parameter));
    const value = weight === undefined ? 1 : Number(weight.slice(weight.indexOf('=') + 1));
    weights.set(name, value >= 0 ? Math.min(value, 1) : 0);
  }
  return weights;
}
