// XMP sidecar files: an XMP packet alone, next to the image that it is about [XMP part 3, 3].
import type { ParserInput } from '../bytes/held';
import type { FoundBlock } from './block';
import { maxXmpBytes } from './limits';
import { xmpText } from './xmp-text';

/** Bytes in which the first element must start: an XML declaration and comments may come before it. */
const headLength = 1024;
const firstElement =
  /^\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--[^>]*-->\s*)?<(?:\?xpacket|[\w.-]{1,40}:xmpmeta|[\w.-]{1,40}:RDF)[\s>]/;

/** Whether a file that starts with `head` is a sidecar, in UTF-8, UTF-16 or UTF-32. */
export function isSidecar(head: Uint8Array): boolean {
  const text = xmpText(head.subarray(0, headLength));
  return firstElement.test(text.startsWith('\ufeff') ? text.slice(1) : text);
}

/** The packet. */
export function sidecarBlock(file: ParserInput): FoundBlock {
  return { kind: 'xmp', bytes: file.upTo(0, maxXmpBytes), offset: 0, size: file.size };
}
