// Reads the XML that XMP needs [XML 1.0, Namespaces in XML 1.0]: elements, attributes, text, CDATA and the five predefined
// entities. Document types are refused, so there are no other entities. Each character is looked at a fixed number of times.

import { maxXmlNamespace } from './limits';

/** The text to read: what the reader needs of a string, so that tests can count its steps. */
export type XmlText = Pick<string, 'length' | 'charCodeAt' | 'indexOf' | 'slice'>;

/** A name with its namespace, '' for none; `key` is the same for equal names. */
export type XmlName = Readonly<{ namespace: string; prefix: string; name: string; key: string }>;
export type XmlAttribute = Readonly<{ name: XmlName; value: string }>;
/**
 * An element. Attributes and children without a namespace are left out. `text` is that before the first child. `isWhole` is
 * false if parts of it were not read.
 */
export type XmlElement = Readonly<{
  name: XmlName;
  attributes: readonly XmlAttribute[];
  children: readonly XmlElement[];
  text: string;
  isWhole: boolean;
}>;

/** How many elements and attributes may still be read, and how many elements may be open. */
export type XmlBudget = { nodes: number; readonly depth: number };

/** The element that was looked for, null if there is none, and the reasons why parts of the document were not read. */
export type XmlResult = Readonly<{ element: XmlElement | null; faults: readonly string[] }>;

type OpenElement = {
  name: XmlName;
  attributes: XmlAttribute[];
  children: XmlElement[];
  text: string;
  isWhole: boolean;
};
/** The namespace of a prefix; '' is the prefix of names that have none. */
type Binding = readonly [prefix: string, namespace: string];
/** A start tag: its name as written, and the bindings that it replaced. */
type Frame = Readonly<{ element: OpenElement; written: string; replaced: readonly Binding[] }>;
type Reader = {
  readonly text: XmlText;
  readonly wanted: string;
  readonly budget: XmlBudget;
  readonly frames: Frame[];
  readonly bindings: Map<string, string>;
  /** The meaning of names as written, under the present bindings. */
  readonly names: Map<string, XmlName>;
  readonly faults: Set<string>;
  at: number;
  /** Open elements that are deeper than the budget allows. */
  tooDeep: number;
  found: OpenElement | null;
  isOver: boolean;
};

const xmlNamespace = 'http://www.w3.org/XML/1998/namespace';
const [space, bang, doubleQuote, singleQuote, slash] = [0x20, 0x21, 0x22, 0x27, 0x2f];
const [less, equals, greater, question] = [0x3c, 0x3d, 0x3e, 0x3f];

/** The `key` of a name. A name has no blank, so that different names have different keys. */
export const nameKey = (namespace: string, name: string): string => `${namespace} ${name}`;

/** Reads the first element whose name has the key `wanted`, up to its end. Line ends in `text` must be line feeds. */
export function readElement(text: XmlText, wanted: string, budget: XmlBudget): XmlResult {
  const reader: Reader = {
    text,
    wanted,
    budget,
    frames: [],
    bindings: new Map([['xml', xmlNamespace]]),
    names: new Map(),
    faults: new Set(),
    at: 0,
    tooDeep: 0,
    found: null,
    isOver: false,
  };
  while (!reader.isOver) readMarkup(reader);
  for (const { element } of reader.frames) element.isWhole = false;
  return { element: reader.found, faults: [...reader.faults] };
}

/** Reads up to the next `<`, and what begins with it. */
function readMarkup(reader: Reader): void {
  const { text, at } = reader;
  const open = text.indexOf('<', at);
  if (open < 0) return stop(reader, 'the end is missing');
  if (open > at) addText(reader, at, open, true);
  switch (text.charCodeAt(open + 1)) {
    case slash:
      return readEndTag(reader, open + 2);
    case bang:
      return readDeclaration(reader, open);
    case question:
      return skipPast(reader, open + 2, '?>');
    default:
      return readStartTag(reader, open + 1);
  }
}

function stop(reader: Reader, fault: string): void {
  reader.isOver = true;
  reader.faults.add(fault);
}

function addText(reader: Reader, start: number, end: number, hasReferences: boolean): void {
  const element = reader.frames.at(-1)?.element;
  if (reader.found === null || element === undefined || reader.tooDeep > 0 || element.children.length > 0) return;
  const text = reader.text.slice(start, end);
  element.text += hasReferences ? resolveReferences(text) : text;
}

/** A comment, a CDATA section, or a document type, which XMP does not have. */
function readDeclaration(reader: Reader, open: number): void {
  const kind = reader.text.slice(open + 2, open + 9);
  if (kind.startsWith('--')) return skipPast(reader, open + 4, '-->');
  if (kind !== '[CDATA[') return stop(reader, `a document type at character ${open}`);
  skipPast(reader, open + 9, ']]>');
  if (!reader.isOver) addText(reader, open + 9, reader.at - 3, false);
}

function skipPast(reader: Reader, from: number, end: string): void {
  const found = reader.text.indexOf(end, from);
  if (found < 0) return stop(reader, `no ${end} after character ${from}`);
  reader.at = found + end.length;
}

function readEndTag(reader: Reader, start: number): void {
  const { text, frames } = reader;
  const nameEnd = endOfName(text, start);
  const end = afterSpace(text, nameEnd);
  if (text.charCodeAt(end) !== greater) return stop(reader, `an end tag without > at character ${start}`);
  reader.at = end + 1;
  if (reader.tooDeep > 0) reader.tooDeep--;
  else if (frames.at(-1)?.written === text.slice(start, nameEnd)) closeElement(reader);
  else stop(reader, `an end tag without its start tag at character ${start}`);
}

function closeElement(reader: Reader): void {
  const frame = reader.frames.pop();
  if (frame === undefined) return;
  if (frame.element === reader.found) reader.isOver = true;
  restore(reader, frame.replaced);
}

function readStartTag(reader: Reader, start: number): void {
  const { text, frames, budget } = reader;
  const nameEnd = endOfName(text, start);
  if (nameEnd === start) return stop(reader, `a tag without a name at character ${start}`);
  const written: string[] = [];
  const replaced: Binding[] = [];
  reader.at = readAttributes(reader, nameEnd, written, replaced);
  budget.nodes--;
  if (budget.nodes < 0) return stop(reader, 'too many elements and attributes');
  const isEmpty = text.charCodeAt(reader.at) === slash;
  if (text.charCodeAt(reader.at + (isEmpty ? 1 : 0)) !== greater)
    return stop(reader, `a tag without > at character ${start}`);
  reader.at += isEmpty ? 2 : 1;
  if (reader.tooDeep > 0 || frames.length >= budget.depth) {
    skipElement(reader, isEmpty, replaced);
    return;
  }
  openElement(reader, text.slice(start, nameEnd), written, replaced);
  if (isEmpty) closeElement(reader);
}

function skipElement(reader: Reader, isEmpty: boolean, replaced: readonly Binding[]): void {
  const parent = reader.frames.at(-1);
  if (parent !== undefined) parent.element.isWhole = false;
  reader.faults.add('elements in one another are too deep');
  restore(reader, replaced);
  if (!isEmpty) reader.tooDeep++;
}

/** `written` has names of attributes and their values in turn. */
function openElement(reader: Reader, tag: string, written: readonly string[], replaced: readonly Binding[]): void {
  const name = nameOf(reader, tag);
  const element: OpenElement = { name, attributes: [], children: [], text: '', isWhole: true };
  if (reader.found !== null) {
    for (let i = 0; i < written.length; i += 2) {
      const attribute = nameOf(reader, written[i] as string);
      if (attribute.namespace !== '') element.attributes.push({ name: attribute, value: written[i + 1] as string });
    }
    if (name.namespace !== '') reader.frames.at(-1)?.element.children.push(element);
  } else if (name.key === reader.wanted) reader.found = element;
  reader.frames.push({ element, written: tag, replaced });
}

/**
 * Reads the attributes at `at`, and returns where they end. Those with a prefix are added to `written`. Declarations of
 * namespaces take effect at once: what they replace is added to `replaced`.
 */
function readAttributes(reader: Reader, at: number, written: string[], replaced: Binding[]): number {
  const { text, budget } = reader;
  for (let start = afterSpace(text, at); ; ) {
    const nameEnd = endOfName(text, start);
    const sign = afterSpace(text, nameEnd);
    if (nameEnd === start || text.charCodeAt(sign) !== equals || budget.nodes <= 0) return start;
    const open = afterSpace(text, sign + 1);
    const quote = text.charCodeAt(open);
    if (quote !== doubleQuote && quote !== singleQuote) return start;
    const close = text.indexOf(quote === doubleQuote ? '"' : "'", open + 1);
    if (close < 0) return start;
    budget.nodes--;
    const name = text.slice(start, nameEnd);
    const value = resolveReferences(text.slice(open + 1, close).replace(/[\t\n]/g, ' '));
    if (name.startsWith('xmlns:')) bind(reader, name.slice(6), value, replaced);
    else if (name === 'xmlns') bind(reader, '', value, replaced);
    else if (name.includes(':')) written.push(name, value);
    start = afterSpace(text, close + 1);
  }
}

function bind(reader: Reader, prefix: string, stated: string, replaced: Binding[]): void {
  if (stated.length > maxXmlNamespace) reader.faults.add('a namespace is too long');
  const namespace = stated.length > maxXmlNamespace ? '' : stated;
  const old = reader.bindings.get(prefix) ?? '';
  if (old === namespace) return;
  replaced.push([prefix, old]);
  reader.bindings.set(prefix, namespace);
  reader.names.clear();
}

function restore({ bindings, names }: Reader, replaced: readonly Binding[]): void {
  for (let i = replaced.length - 1; i >= 0; i--) bindings.set(...(replaced[i] as Binding));
  if (replaced.length > 0) names.clear();
}

function nameOf({ bindings, names }: Reader, written: string): XmlName {
  const known = names.get(written);
  if (known !== undefined) return known;
  const colon = written.indexOf(':');
  const prefix = written.slice(0, Math.max(colon, 0));
  const local = written.slice(colon + 1);
  const namespace = local === '' ? '' : (bindings.get(prefix) ?? '');
  const name = { namespace, prefix, name: local, key: nameKey(namespace, local) };
  names.set(written, name);
  return name;
}

/** Where a name ends. A slash ends it only before `>`: exiv2 wrote elements named `exif:TIFF/EPStandardID`. */
function endOfName(text: XmlText, start: number): number {
  for (let at = start; ; at++) {
    const code = text.charCodeAt(at);
    // NaN, at the end of the text, is not greater than a blank.
    const isPart = code > space && (code < less || code > greater) && code !== doubleQuote && code !== singleQuote;
    if (!isPart || (code === slash && text.charCodeAt(at + 1) === greater)) return at;
  }
}

function afterSpace(text: XmlText, start: number): number {
  let at = start;
  while (text.charCodeAt(at) <= space) at++;
  return at;
}

const entities: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);
/** Characters of the longest reference: `&#x0010FFFF;`. */
const maxReference = 12;

/** Replaces references to characters and the predefined entities; others stay as they are. */
function resolveReferences(text: string): string {
  let ampersand = text.indexOf('&');
  if (ampersand < 0) return text;
  let resolved = '';
  let at = 0;
  for (; ampersand >= 0; ampersand = text.indexOf('&', ampersand + 1)) {
    const reference = text.slice(ampersand + 1, ampersand + maxReference);
    const length = reference.indexOf(';');
    const character = length < 0 ? undefined : characterOf(reference.slice(0, length));
    if (character === undefined) continue;
    resolved += text.slice(at, ampersand) + character;
    at = ampersand + length + 2;
  }
  return resolved + text.slice(at);
}

function characterOf(reference: string): string | undefined {
  const [, hexadecimal, decimal] = /^#(?:x([0-9A-Fa-f]+)|([0-9]+))$/.exec(reference) ?? [];
  const code = hexadecimal !== undefined ? Number.parseInt(hexadecimal, 16) : Number(decimal ?? Number.NaN);
  if (Number.isNaN(code)) return entities.get(reference);
  const isCharacter = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return isCharacter ? String.fromCodePoint(code) : undefined;
}
