// What a store in the S3 protocol says when it refuses.

import type { BodyPlan, Head } from './http-exchange';

/** What to read of a refusal's body: the `<Code>` of real ones is within the first 200 bytes. */
export const refusalPlan: BodyPlan = { start: 0, end: 8 * 1024, rest: 'any' };

/** `code` is '' where the store names none; `text` is for the log; `again`: the same request may be tried again. */
export type Refusal = Readonly<{ status: number; code: string; text: string; again: boolean }>;

/** Reads a refusal. Only what looks like a code is repeated in `text`: bodies may echo the request with its headers. */
export function readRefusal({ status, headers }: Head, body: Uint8Array, doing: string): Refusal {
  const code = /<Code>\s*([A-Za-z0-9.]{1,48})\s*<\/Code>/.exec(new TextDecoder().decode(body))?.[1] ?? '';
  const region = String(headers['x-amz-bucket-region'] ?? '');
  const where = /^[a-z0-9-]{1,32}$/.test(region) ? `, the bucket is in region ${region}` : '';
  const text = `Cannot ${doing}: the store answered ${status}${code === '' ? '' : ` ${code}`}${where}`;
  const again = status === 429 || status === 500 || (status >= 502 && status <= 504);
  return { status, code, text, again };
}
