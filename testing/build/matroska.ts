// Builds Matroska and WebM files from elements.
import { concat, latin1, unsigned, utf8 } from './bytes';

type Size = Readonly<{ unknown?: boolean; claims?: number }>;

/** An element; its size has 8 bytes. */
export function element(
  id: number,
  data: Uint8Array,
  { unknown = false, claims = data.length }: Size = {},
): Uint8Array {
  const idBytes = id.toString(16).length / 2;
  const size = unknown ? Uint8Array.of(0xff) : unsigned((1n << 56n) | BigInt(claims), 8, false);
  return concat(unsigned(id, 4, false).subarray(4 - idBytes), size, data);
}

export const uint = (id: number, value: number): Uint8Array => element(id, unsigned(BigInt(value), 8, false));
export const text = (id: number, value: string): Uint8Array => element(id, utf8(value));
export const master = (id: number, ...children: readonly Uint8Array[]): Uint8Array => element(id, concat(...children));

export function float(id: number, value: number, bytes: 4 | 8 = 8): Uint8Array {
  const data = new Uint8Array(bytes);
  const view = new DataView(data.buffer);
  if (bytes === 4) view.setFloat32(0, value);
  else view.setFloat64(0, value);
  return element(id, data);
}

/** Nanoseconds since 2001. */
export const date = (id: number, seconds: number): Uint8Array =>
  element(id, unsigned(BigInt(seconds) * 1_000_000_000n, 8, false));

export const header = (docType: string): Uint8Array => element(0x1a45dfa3, element(0x4282, latin1(docType)));

export const info = (...children: readonly Uint8Array[]): Uint8Array => master(0x1549a966, ...children);
export const smallInfo: Uint8Array = info(
  uint(0x2ad7b1, 1_000_000),
  float(0x4489, 90_000),
  date(0x4461, 802_000_000),
  text(0x7ba9, 'A title'),
  text(0x5741, 'An app'),
);

export const tracks = (...children: readonly Uint8Array[]): Uint8Array => master(0x1654ae6b, ...children);
export const smallTracks: Uint8Array = tracks(
  master(
    0xae,
    uint(0xd7, 1),
    uint(0x83, 1),
    text(0x86, 'V_VP9'),
    text(0x22b59c, 'und'),
    master(0xe0, uint(0xb0, 3), uint(0xba, 2)),
  ),
  master(0xae, uint(0xd7, 2), uint(0x83, 2), text(0x86, 'A_OPUS'), master(0xe1, float(0xb5, 48_000, 4), uint(0x9f, 2))),
);

export const seekHead = (...seeks: readonly (readonly [id: number, position: number])[]): Uint8Array =>
  master(0x114d9b74, ...seeks.map(([id, position]) => master(0x4dbb, uint(0x53ab, id), uint(0x53ac, position))));

export const cluster = (length: number): Uint8Array => element(0x1f43b675, new Uint8Array(length));

export function tag(name: string, value: string, track = 0): Uint8Array {
  const targets = master(0x63c0, ...(track === 0 ? [] : [uint(0x63c5, track)]));
  return master(0x7373, targets, master(0x67c8, text(0x45a3, name), text(0x4487, value)));
}
export const tags = (...children: readonly Uint8Array[]): Uint8Array => master(0x1254c367, ...children);

export function buildMatroska(docType: string, ...children: readonly Uint8Array[]): Uint8Array {
  return concat(header(docType), master(0x18538067, ...children));
}

export function smallWebm(): Uint8Array {
  return buildMatroska('webm', smallInfo, smallTracks, tags(tag('ARTIST', 'Somebody')), cluster(50));
}
