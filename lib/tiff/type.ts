// The types an IFD entry may have [TIFF 6.0 section 2, TIFF Technical Note 1, BigTIFF, EXIF 3.0 4.6.2].

export const BYTE = 1;
export const ASCII = 2;
export const SHORT = 3;
export const LONG = 4;
export const RATIONAL = 5;
export const SBYTE = 6;
export const UNDEFINED = 7;
export const SSHORT = 8;
export const SLONG = 9;
export const SRATIONAL = 10;
export const FLOAT = 11;
export const DOUBLE = 12;
export const IFD = 13;
export const LONG8 = 16;
export const SLONG8 = 17;
export const IFD8 = 18;
export const UTF8 = 129;

export type TypeKind = 'bytes' | 'unsigned' | 'signed' | 'rational' | 'signed-rational' | 'float';

type TagType = Readonly<{ name: string; size: 1 | 2 | 4 | 8; kind: TypeKind }>;

/** Type number -> name, bytes of one component, how it is decoded. */
export const tagTypes: ReadonlyMap<number, TagType> = new Map<number, TagType>([
  [BYTE, { name: 'BYTE', size: 1, kind: 'bytes' }],
  [ASCII, { name: 'ASCII', size: 1, kind: 'bytes' }],
  [SHORT, { name: 'SHORT', size: 2, kind: 'unsigned' }],
  [LONG, { name: 'LONG', size: 4, kind: 'unsigned' }],
  [RATIONAL, { name: 'RATIONAL', size: 8, kind: 'rational' }],
  [SBYTE, { name: 'SBYTE', size: 1, kind: 'bytes' }],
  [UNDEFINED, { name: 'UNDEFINED', size: 1, kind: 'bytes' }],
  [SSHORT, { name: 'SSHORT', size: 2, kind: 'signed' }],
  [SLONG, { name: 'SLONG', size: 4, kind: 'signed' }],
  [SRATIONAL, { name: 'SRATIONAL', size: 8, kind: 'signed-rational' }],
  [FLOAT, { name: 'FLOAT', size: 4, kind: 'float' }],
  [DOUBLE, { name: 'DOUBLE', size: 8, kind: 'float' }],
  [IFD, { name: 'IFD', size: 4, kind: 'unsigned' }],
  [LONG8, { name: 'LONG8', size: 8, kind: 'unsigned' }],
  [SLONG8, { name: 'SLONG8', size: 8, kind: 'signed' }],
  [IFD8, { name: 'IFD8', size: 8, kind: 'unsigned' }],
  [UTF8, { name: 'UTF-8', size: 1, kind: 'bytes' }],
]);

const byNumber: readonly (TagType | undefined)[] = Array.from({ length: UTF8 + 1 }, (_, type) => tagTypes.get(type));

/** The same as `tagTypes.get`, but faster; for code that reads each entry. */
export function typeOf(type: number): TagType | undefined {
  return type <= UTF8 ? byNumber[type] : undefined;
}

/** True for the types of text. */
export function isTextType(type: number): boolean {
  return type === ASCII || type === UTF8;
}

/** The number that a byte of an SBYTE value stores. */
export function signedByte(byte: number): number {
  return (byte << 24) >> 24;
}
