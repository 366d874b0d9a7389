// Builds CBOR [RFC 8949] and JUMBF boxes [ISO 19566-5], and from them C2PA manifest stores.
import { box } from './bmff';
import { concat, latin1, unsigned, utf8 } from './bytes';

export type CborSource = null | boolean | number | string | Uint8Array | readonly CborSource[] | CborObject;
type CborObject = Readonly<{ [key: string]: CborSource }>;

/** An item: the shortest form, with lengths. */
export function cbor(value: CborSource): Uint8Array {
  if (value === null) return Uint8Array.of(0xf6);
  if (typeof value === 'boolean') return Uint8Array.of(value ? 0xf5 : 0xf4);
  if (typeof value === 'number') return value < 0 ? cborHead(1, -1 - value) : cborHead(0, value);
  if (typeof value === 'string') return concat(cborHead(3, utf8(value).length), utf8(value));
  if (value instanceof Uint8Array) return concat(cborHead(2, value.length), value);
  if (Array.isArray(value)) return concat(cborHead(4, value.length), ...value.map(cbor));
  const members = Object.entries(value);
  return concat(cborHead(5, members.length), ...members.flatMap(([key, member]) => [cbor(key), cbor(member)]));
}

/** The start of an item: its major type, and a number or length. */
export function cborHead(major: number, argument: number): Uint8Array {
  if (argument < 24) return Uint8Array.of((major << 5) | argument);
  const info = argument < 2 ** 8 ? 24 : argument < 2 ** 16 ? 25 : argument < 2 ** 32 ? 26 : 27;
  return concat(Uint8Array.of((major << 5) | info), unsigned(BigInt(argument), 2 ** (info - 24), false));
}

/** A superbox with a description box; `label` null: without a label. */
export function superbox(type: string, label: string | null, ...content: readonly Uint8Array[]): Uint8Array {
  const toggles = label === null ? 0x01 : 0x03;
  const name = label === null ? [] : [utf8(label), Uint8Array.of(0)];
  return box('jumb', concat(box('jumd', concat(jumbfType(type), Uint8Array.of(toggles), ...name)), ...content));
}

function jumbfType(type: string): Uint8Array {
  return concat(latin1(type), Uint8Array.from([0, 0x11, 0, 0x10, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71]));
}

/** A superbox whose content is a CBOR item. */
export function cborBox(type: string, label: string, value: CborSource): Uint8Array {
  return superbox(type, label, box('cbor', cbor(value)));
}

export type ManifestSource = Readonly<{
  type?: string;
  claim?: CborSource;
  assertions?: Readonly<Record<string, CborSource>>;
}>;

export function manifest(
  label: string,
  { type = 'c2ma', claim = {}, assertions = {} }: ManifestSource = {},
): Uint8Array {
  const boxes = Object.entries(assertions).map(([name, value]) => cborBox('cbor', name, value));
  return superbox(
    type,
    label,
    superbox('c2as', 'c2pa.assertions', ...boxes),
    cborBox('c2cl', 'c2pa.claim', claim),
    cborBox('c2cs', 'c2pa.signature', [new Uint8Array(4)]),
  );
}

export function manifestStore(...manifests: readonly Uint8Array[]): Uint8Array {
  return superbox('c2pa', 'c2pa', ...manifests);
}
