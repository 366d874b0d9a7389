// The name in `Host`, by the grammar: `uri-host [ ":" port ]` [RFC 9110 7.2], its parts of RFC 3986 3.2.2.

import { decode } from '../../testing/auth/percent';

const nameChars = new Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=%");
const digits = new Set('0123456789');

/**
 * The registered name: in lower case, percent-decoded, without the dot that ends a fully qualified one. null for a text that is
 * not a `Host`, and for an address in brackets, because it does not name a bucket.
 */
export function hostOf(text: string): string | null {
  const [name = '', port = '', ...more] = text.split(':');
  if (more.length > 0 || ![...port].every((char) => digits.has(char))) return null;
  if (![...name].every((char) => nameChars.has(char))) return null;
  const labels = decode(name)?.toLowerCase().split('.');
  if (labels === undefined) return null;
  if (labels.length > 1 && labels.at(-1) === '') labels.pop();
  return labels.includes('') ? null : labels.join('.');
}
