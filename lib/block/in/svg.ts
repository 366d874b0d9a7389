// The metadata blocks of SVG, in its element `metadata` [SVG 2 5.9].
//
//   XMP packet, or its elements alone: <?xpacket begin ..> .. <?xpacket end ..?>, <x:xmpmeta>, <rdf:RDF>
//   <c2pa:manifest> C2PA store in base64 </c2pa:manifest> [C2PA 2.1, A.3.4]
import { decodeBase64 } from '../../bytes/base64';
import { hasAt } from '../../bytes/cursor';
import type { ParserInput } from '../../bytes/held';
import { joinBytes } from '../../bytes/join';
import type { BlockFinder, FinderInput, FoundBlock } from '../block';
import { maxFoundBytes, maxSvgHead } from '../limits';
import { searchWithin } from './pieces';

export const svgBlocks: BlockFinder = { container: 'svg', find };

/** A text that starts a block, and how the text that ends it is made of it. */
type Bounds = Readonly<{ start: RegExp; end(name: string): string }>;

const xmpBounds: readonly Bounds[] = [
  { start: /<\?xpacket begin/, end: () => '<?xpacket end' },
  { start: /<((?:[\w.-]{1,40}:)?xmpmeta)(?=[\s>])/, end: (name) => `</${name}` },
  { start: /<((?:[\w.-]{1,40}:)?RDF)(?=[\s>])/, end: (name) => `</${name}` },
];
const rootStart = /<((?:[\w.-]{1,40}:)?svg)(?=\s)/;
const c2paBounds: Bounds = { start: /<((?:[\w.-]{1,40}:)?manifest)(?=[\s>])/, end: (name) => `</${name}` };

function find({ file, wanted }: FinderInput): readonly FoundBlock[] {
  const found: FoundBlock[] = [];
  searchWithin(() => {
    if (wanted.has('xmp')) found.push(...findXmp(file));
    if (wanted.has('c2pa')) found.push(...findC2pa(file));
  });
  return found;
}

function findXmp(file: ParserInput): readonly FoundBlock[] {
  for (const bounds of xmpBounds) {
    const text = findText(file, bounds);
    if (text === null) continue;
    const { start, end } = text;
    return [{ kind: 'xmp', bytes: withNamespaces(file, start, end), offset: start, size: end - start }];
  }
  return [];
}

/** An element within the start tag of the `svg` element, which may declare the prefixes that it uses. */
function withNamespaces(file: ParserInput, start: number, end: number): Uint8Array {
  const element = file.range(start, end);
  const head = latin1Text(file.upTo(0, Math.min(start, maxSvgHead)));
  const root = rootStart.exec(head);
  const name = root?.[1];
  if (root === null || name === undefined) return element;
  const tag = head.slice(root.index, head.indexOf('>', root.index) + 1);
  if (!tag.includes('xmlns:')) return element;
  const before = file.range(root.index, root.index + tag.length);
  return joinBytes([before, element, new TextEncoder().encode(`</${name}>`)]);
}

function findC2pa(file: ParserInput): readonly FoundBlock[] {
  const text = findText(file, c2paBounds);
  if (text === null) return [];
  const element = latin1Text(file.range(text.start, text.end));
  const content = element.slice(element.indexOf('>') + 1, element.lastIndexOf('</'));
  const bytes = decodeBase64(content.replace(/\s/g, ''));
  const isStore = bytes !== null && hasAt(bytes, 4, 'jumb');
  return isStore ? [{ kind: 'c2pa', bytes, offset: null, size: bytes.length }] : [];
}

/** The place of the first text within the bounds: the end, with its `>`, may be far from the start. */
function findText(file: ParserInput, { start, end }: Bounds): Readonly<{ start: number; end: number }> | null {
  const match = start.exec(latin1Text(file.upTo(0, maxSvgHead)));
  if (match === null) return null;
  for (const length of [maxSvgHead - match.index, maxFoundBytes]) {
    const text = latin1Text(file.upTo(match.index, length));
    const endAt = text.indexOf(end(match[1] ?? ''));
    const close = endAt < 0 ? -1 : text.indexOf('>', endAt);
    if (close >= 0) return { start: match.index, end: match.index + close + 1 };
  }
  return null;
}

function latin1Text(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes);
}
