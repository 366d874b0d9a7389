// Builds boxes that have metadata blocks next to EXIF.
import { type BoxSize, box } from './bmff';
import { concat, latin1, u32, unsigned } from './bytes';

const uuids = {
  xmp: 'be7acfcb97a942e89c71999491e3afac',
  iptc: '33c7a4d2b81d4723a0baf1a3e097ad38',
  photoshop: '2c4c0100850440b9a03e562148d6dfeb',
  c2pa: 'd8fec3d61b0e483c92975828877ec481',
} as const;

/** A `uuid` box of one of the kinds. */
export function blockUuid(kind: keyof typeof uuids, data: Uint8Array, size: BoxSize = {}): Uint8Array {
  const uuid = Uint8Array.from(uuids[kind].match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
  return box('uuid', concat(uuid, data), size);
}

/** The C2PA box of files that are made of boxes [C2PA 2.1, A.5.1]. */
export function c2paUuid(store: Uint8Array, purpose = 'manifest', size: BoxSize = {}): Uint8Array {
  return blockUuid('c2pa', concat(u32(0), latin1(`${purpose}\0`), unsigned(0, 8, false), store), size);
}

/** A packet that has what all XMP has, and `length` more bytes. */
export function packetOf(length = 0): Uint8Array {
  const start =
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>';
  return latin1(`${start}${' '.repeat(length)}</x:xmpmeta>`);
}
