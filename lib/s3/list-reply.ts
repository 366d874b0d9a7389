// Reads a reply to ListObjects or ListObjectsV2 in the S3 protocol.

import { isEtag } from '../bytes/etag';
import { percentDecode } from '../bytes/percent';

/** An object in a listing; `size` and `etag` are null when the store does not send them. */
export type ListedObject = Readonly<{ key: string; size: number | null; etag: string | null }>;

/** A page of a listing. `mark`: where the store continues, in its own words; null when it does not say. */
export type ListReply = Readonly<{ objects: readonly ListedObject[]; isLast: boolean; mark: string | null }>;

/**
 * The page in a text. null when it is not a complete reply: cut, an error, or with a key that cannot be decoded. The documented
 * elements have neither attributes nor a namespace prefix, and no element has the name of another one inside it.
 */
export function parseListReply(xml: string, kind: 's3' | 'cos'): ListReply | null {
  if (!/^\s*(<\?xml[^>]{0,256}>\s*)?<ListBucketResult[\s>]/.test(xml) || !xml.trimEnd().endsWith(end)) return null;
  const [head = '', ...parts] = xml.split('<Contents>');
  // A store may write the members of the page before or after its objects.
  const page = head + (parts.at(-1)?.split('</Contents>')[1] ?? '');
  const decode = element(page, 'EncodingType') === 'url' ? decoders[kind] : (text: string) => text;
  try {
    const nextMarker = element(page, 'NextMarker');
    return {
      objects: parts.flatMap((part) => toObject(part, decode)),
      isLast: element(page, 'IsTruncated') !== 'true',
      mark: kind === 's3' ? element(page, 'NextContinuationToken') : nextMarker === null ? null : decode(nextMarker),
    };
  } catch {
    return null;
  }
}

const end = '</ListBucketResult>';

/** S3 writes a space as `+` and a plus sign as `%2B`; COS percent-encodes. */
const decoders = {
  s3: (text: string) => percentDecode(text.replaceAll('+', ' ')),
  cos: percentDecode,
} as const;

function toObject(part: string, decode: (text: string) => string): readonly ListedObject[] {
  const key = element(part, 'Key');
  if (key === null) return [];
  const size = element(part, 'Size') ?? '';
  const etag = element(part, 'ETag') ?? '';
  return [{ key: decode(key), size: /^\d{1,15}$/.test(size) ? Number(size) : null, etag: isEtag(etag) ? etag : null }];
}

/** The text of the first element of this name, without the escapes of XML; null when there is none. */
function element(text: string, name: string): string | null {
  const start = text.indexOf(`<${name}>`);
  const stop = start < 0 ? -1 : text.indexOf(`</${name}>`, start);
  return stop < 0 ? null : unescapeXml(text.slice(start + name.length + 2, stop));
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** [XML 1.0 4.1, 4.6] An unknown entity stays as it is. */
function unescapeXml(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]{2,4}));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return entities[name] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
