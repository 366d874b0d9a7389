// The types an IFD entry may have [TIFF 6.0 section 2, TIFF Technical Note 1, BigTIFF, EXIF 3.0 4.6.2].

export type TypeKind = 'bytes' | 'unsigned' | 'signed' | 'rational' | 'signed-rational' | 'float';

type TagType = Readonly<{ name: string; size: 1 | 2 | 4 | 8; kind: TypeKind }>;

/** Type number -> name, bytes of one component, how it is decoded. */
export const tagTypes: ReadonlyMap<number, TagType> = new Map<number, TagType>([
  [1, { name: 'BYTE', size: 1, kind: 'bytes' }],
  [2, { name: 'ASCII', size: 1, kind: 'bytes' }],
  [3, { name: 'SHORT', size: 2, kind: 'unsigned' }],
  [4, { name: 'LONG', size: 4, kind: 'unsigned' }],
  [5, { name: 'RATIONAL', size: 8, kind: 'rational' }],
  [6, { name: 'SBYTE', size: 1, kind: 'bytes' }],
  [7, { name: 'UNDEFINED', size: 1, kind: 'bytes' }],
  [8, { name: 'SSHORT', size: 2, kind: 'signed' }],
  [9, { name: 'SLONG', size: 4, kind: 'signed' }],
  [10, { name: 'SRATIONAL', size: 8, kind: 'signed-rational' }],
  [11, { name: 'FLOAT', size: 4, kind: 'float' }],
  [12, { name: 'DOUBLE', size: 8, kind: 'float' }],
  [13, { name: 'IFD', size: 4, kind: 'unsigned' }],
  [16, { name: 'LONG8', size: 8, kind: 'unsigned' }],
  [17, { name: 'SLONG8', size: 8, kind: 'signed' }],
  [18, { name: 'IFD8', size: 8, kind: 'unsigned' }],
  [129, { name: 'UTF-8', size: 1, kind: 'bytes' }],
]);
