// A key to try signed requests on this machine. It is made at each start and stored nowhere.
import { randomBytes } from 'node:crypto';
import { httpString, sign, toEntry, toStringToSign } from '../../lib/auth/cos';
import { parseKeyRing } from '../../lib/auth/key-ring';
import { percentEncode } from '../../lib/bytes/percent';

/** Seconds for which a printed URL is valid. */
const lifetime = 3600;

/** The query of a signed request of an operation for `key` at `host` (as the Host header has it), from `now` on. */
export type SignQuery = (host: string, key: string, operation: string, now: Date) => string;

/** A key, its text in the form of EXIF_KEYS, and a function that signs with it. */
export type LocalKey = Readonly<{ id: string; secret: string; text: string; signQuery: SignQuery }>;

/** A new key, or the one with a known secret. */
export function localKey(hex = randomBytes(24).toString('hex')): LocalKey {
  const id = 'local';
  const text = JSON.stringify({ [id]: hex });
  const [secret] = parseKeyRing(text).keys.get(id)?.secrets ?? [];
  const signQuery: SignQuery = (host, key, operation, now) => {
    if (secret === undefined) return operation;
    const start = Math.floor(now.getTime() / 1000);
    const time = `${start};${start + lifetime}`;
    const format = httpString('get', `/${key}`, [toEntry(operation, '')], [toEntry('host', host)]);
    const members = [
      ['q-sign-algorithm', 'sha1'],
      ['q-ak', id],
      ['q-sign-time', time],
      ['q-key-time', time],
      ['q-header-list', 'host'],
      ['q-url-param-list', percentEncode(operation).toLowerCase()],
      ['q-signature', sign(secret, time, toStringToSign(time, format))],
    ];
    return [operation, ...members.map(([name = '', value = '']) => `${name}=${percentEncode(value)}`)].join('&');
  };
  return { id, secret: hex, text, signQuery };
}
