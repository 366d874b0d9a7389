// The bounds of the metadata blocks. "Largest real" is the largest value in 1,222 real and made files.

const [KiB, MiB] = [1024, 1024 ** 2];

/** Bytes of one block: the pieces together, and after unpacking. Largest real: 740 KiB, a C2PA store. */
export const maxFoundBytes = MiB;
/** Bytes of all blocks of one object that are read. Largest real: 830 KiB. */
export const totalFoundBytes = 3 * MiB;
/** Chunks of one object that are inflated, each to at most `maxFoundBytes`. Largest real: 6. */
export const maxInflated = 32;
/** Places at the end of a PNG that are tried, each of which may be a text chunk. Largest real: 66. */
export const maxTextChunks = 128;
/** Blocks of one object. Largest real: 70, most of them text chunks of a PNG. */
export const maxFoundBlocks = 500;
/**
 * Bytes of an ICC profile that are read: header, table, names. In real profiles the name ends at 6.4 KiB or before, in most at
 * 0.5 KiB.
 */
export const iccStartBytes = 16 * KiB;
/** Bytes at the end of a JPEG in which the directory of Samsung's trailer is looked for. Largest real: 150. */
export const samsungTrailerBytes = 4 * KiB;
/** Bytes of Photoshop's resources in a TIFF tag that are searched; they are in any order. Largest real: 28 KiB. */
export const maxResourceBytes = 64 * KiB;
/** XMP items of a HEIF file. Largest real: 2. */
export const maxXmpItems = 64;
/** Bytes of an SVG in which its metadata must start: those of the first read. Largest real: 1.4 KiB. */
export const maxSvgHead = 64 * KiB;

/** Bytes of the IPTC-IIM of an image. Largest real: 4.3 KB, and 40 KB in a file that was made to be large. */
export const maxIptcBytes = 64 * KiB;
/** Datasets of an IPTC-IIM. Largest real: 52. */
export const maxIptcDatasets = 500;
/** Bytes of the length of a dataset, as the standard allows. Largest real: 4. */
export const maxIptcLengthBytes = 4;

/** Tags of an ICC profile that are looked at for its name. Largest real: 17. */
export const maxIccTags = 100;
/** Bytes of the name or the copyright in an ICC profile, with its translations. Largest real: 274. */
export const maxIccTextBytes = 4 * KiB;
/** Translations of the name in an ICC profile. Largest real: 2; some programs write one for each of their 40 languages. */
export const maxIccTranslations = 100;

/** Entries of the IFD of an MPF index. Largest real: 5; the standard has 15. */
export const maxMpfEntries = 32;
/** Images of an MPF index. Largest real: 3. A panorama may have many; 64 KiB of a segment have room for 4,095. */
export const maxMpfImages = 256;

/** JUMBF boxes of a C2PA store, and how deep they are nested. Largest real: 88 and 4. */
export const maxJumbfBoxes = 500;
export const maxJumbfDepth = 8;
/** CBOR items of all stores of a file, and how deep they are nested. Largest real: 369 and 8. */
export const maxCborItems = 10_000;
export const maxCborDepth = 16;
/** Bytes of a CBOR text or a JUMBF label that are kept. Largest real: 120. */
export const maxCborText = 4 * KiB;

/** Bytes of all XMP packets of an image; what follows is not read. Largest real: 126 KiB. */
export const maxXmpBytes = MiB;
/** XMP packets of one image. Largest real: 2, and 10 with those of the reduced images in a TIFF. */
export const maxXmpPackets = 16;
/** XML elements and attributes of all packets of an image together. Largest real: 1,825. */
export const maxXmlNodes = 16 * KiB;
/**
 * Characters of a namespace. What has a longer one is left out, because each name is kept together with its namespace. Largest
 * real: 59.
 */
export const maxXmlNamespace = 256;
/** XML elements in one another. The readers recurse this deep. Largest real: 21. */
export const maxXmlDepth = 64;
/** Files after an image, as its XMP lists them. Largest real: 3. */
export const maxAppendedItems = 64;
