// Every bound of the service: name, unit, reason, and the largest real value in 756 images where one was measured.

const KiB = 1024;
const MiB = 1024 * KiB;

/** Bounds that a deployment may set (environment names in service/config/config.ts). */
export type Limits = Readonly<{
  /** Bytes of an object, as the service being replaced: "at most 32 MB". */
  objectBytes: number;
  /** Pixels of one side, as the service being replaced. */
  side: number;
  /** Pixels of one side of a WebP; the Chinese documents of that service say 16,383. No limit by default. */
  webpSide: number;
  /** Frames of an animation, as far as they are counted; the same documents say 300. No limit by default. */
  frames: number;
  /** Pixels of all frames together, as the service being replaced. */
  pixels: number;
  /** Bytes of the first read. 64 KiB are enough for most images; another round trip costs 10-60 ms, 64 KiB about 1 ms. */
  firstRead: number;
  /** Ranged GETs for one object. Largest real need: 7. */
  requests: number;
  /** Bytes read of one object. Largest real need: 816 KiB. */
  readBytes: number;
  /** Milliseconds for one try of one GET. */
  tryMs: number;
  /** Milliseconds for a whole request, under the platform's own timeout. */
  totalMs: number;
}>;

export const defaultLimits: Limits = {
  objectBytes: 32 * MiB,
  side: 30_000,
  webpSide: Number.MAX_SAFE_INTEGER,
  frames: Number.MAX_SAFE_INTEGER,
  pixels: 250_000_000,
  firstRead: 64 * KiB,
  requests: 16,
  readBytes: 4 * MiB,
  tryMs: 3_000,
  totalMs: 8_000,
};

/**
 * Bounds for a program or the command line, where nobody else waits and no wire contract counts pixels. What remains keeps
 * a hostile file or server from taking all memory or time.
 */
export const programLimits: Limits = {
  objectBytes: Number.MAX_SAFE_INTEGER,
  side: Number.MAX_SAFE_INTEGER,
  webpSide: Number.MAX_SAFE_INTEGER,
  frames: Number.MAX_SAFE_INTEGER,
  pixels: Number.MAX_SAFE_INTEGER,
  firstRead: 64 * KiB,
  requests: 256,
  readBytes: 64 * MiB,
  tryMs: 10_000,
  totalMs: 60_000,
};
/** Redirects that are followed for one read of a web address: to https, to the host's other name, to where it keeps its files. */
export const maxRedirects = 5;
/** Ranges that `x-exif-reads` lists: 2 KiB of text at most, where gateways take headers of 8 KiB and more. Largest real: 7. */
export const maxShownRanges = 64;
/** Bytes taken from standard input, which cannot be read by range: they are all held. */
export const maxInputBytes = 256 * MiB;

/** Bytes of a decoded key in UTF-8: the longest that S3 stores. */
export const maxKeyBytes = 1024;
/** Bytes of a raw request path: a key of the longest length with each byte percent-encoded, and its slash. */
export const maxPathBytes = 3 * maxKeyBytes + 1;
/** Bytes of a raw query. */
export const maxQueryBytes = 8 * KiB;
/** Parameters of a query. */
export const maxQueryPairs = 64;
/** Reads of one server process (service/server/admission.ts): each running one may hold `readBytes` and more. */
export const serverReads = {
  running: 32,
  waiting: 512,
  /** Milliseconds. A near store answers in 10-60, a far one in 300. */
  stallMs: 250,
  /** Requests of one bucket whose store does not answer. */
  stalled: 256,
  /** Bytes that each of them may hold: 64 MiB for one bucket. */
  stalledBytes: 256 * KiB,
  /** Milliseconds: about one read from a near store. */
  leastMs: 50,
} as const;
/** Connections of one server process (service/server/connections.ts). */
export const serverConnections = {
  /** Open at the same time, where EXIF_MAX_CONNECTIONS does not say something else. An idle one takes about 15 KiB. */
  open: 1_000,
  /** Milliseconds without progress after which a connection may be closed to make room for a new one. */
  idleMs: 1_000,
  /** Requests of one connection that wait for their turn: with so many it is not read for the time being. */
  readAhead: 16,
  /** Requests that wait on one connection, and on all together: with more the connection is closed after their answers. */
  waiting: 256,
  waitingInAll: 4_096,
  /** Milliseconds in which a client must take at least one more piece of its answer, and all of it. */
  stallMs: 8_000,
  answerMs: 60_000,
  /** Bytes of a piece. */
  pieceBytes: 64 * KiB,
  /** Bytes of all answers that clients have not taken: with more the client that is slowest is disconnected. */
  heldBytes: 32 * MiB,
  /** Headers of a request; together they may have 16 KiB. With two proxies a browser sends about 40. */
  headers: 200,
} as const;
/** Jobs of one event: Lambda takes at most 10,000 SQS messages at once. */
export const maxEventJobs = 10_000;
/** Characters of a message about uploads: EventBridge and SNS deliver at most 256 KiB. A real one: 1.5 KiB. */
export const maxMessageText = 256 * KiB;
/** Milliseconds for one call of the cache while somebody waits for an answer: reading the object instead takes 10-100. */
export const cacheMs = 1_000;
/** Times an event is followed from the look-up on, when other writers replace the entry meanwhile; real ones meet once. */
export const maxFollows = 8;
/** Hex digits of an S3 sequencer, least and most: S3 sends 16 to 18, and says that the length may vary. */
export const sequencerDigits = { least: 8, most: 32 } as const;
/** Jobs of one event that run at once: a batch may hold thousands, and each running one may hold `readBytes` and more. */
export const eventJobs = 8;
/** Tries of one read: the first and two more. */
export const maxTries = 3;

/** Entries of all IFDs of one document. Largest real: 240. */
export const maxEntries = 20_000;
/** IFDs of one document, pages included. Largest real: 10. */
export const maxIfds = 256;
/** Bytes of one value. Largest real: 54 KiB, a colour table of a DNG. */
export const maxValueBytes = 256 * KiB;
/** Bytes of all IFDs that are longer than a first look at them, overlapping ones included. Largest real: 978 bytes. */
export const maxIfdBytes = MiB;
/** Bytes of all values of one document: entries may overlap, so the file's size bounds nothing. Largest real: 119 KiB. */
export const totalValueBytes = 4 * MiB;
/** The same, of those that are decoded to numbers, which take more memory. */
export const maxNumberBytes = MiB;
/** Bytes up to which a payload tag (maker note, XMP, ICC profile ...) is read: a longer one never shows in an answer. */
export const maxPayloadBytes = 2 * KiB;
/** Warnings kept of one document; later ones are dropped. */
export const maxWarnings = 100;
/** Bytes: follow-up reads ask for at least `minRead`, doubled each round up to `maxRead`; gaps up to `mergeGap` are read along. */
export const readAhead = { minRead: 16 * KiB, maxRead: 256 * KiB, mergeGap: 16 * KiB } as const;
/** Bytes of a text chunk that is inflated or unhexed, before and after: an EXIF block is at most 64 KiB in JPEG. */
export const maxProfileBytes = 512 * KiB;
/** Chunks or boxes of one object that are inflated or unhexed. Largest real: 1, but an EXIF and an XMP profile may share a name. */
export const maxProfiles = 4;
/** Bytes between the segments of one JPEG that belong to none: fill bytes, and stray bytes that broken writers leave. */
export const maxStrayBytes = MiB;
/** EXIF blocks of one image whose tags are merged, and those that are counted as unreadable. Largest real: 2. */
export const maxExifBlocks = 4;
/**
 * Bytes at the start of an object in which more EXIF is looked for after some was found. They are part of the default first read,
 * so this costs no request. The number is the same for every reader, so that the answer does not depend on how an object is read.
 */
export const moreExifBytes = 64 * KiB;
/** Segments or chunks visited in one object. Largest real before the image data: 78. */
export const maxHops = 2_000;
/** Bytes at the end of a PNG in which metadata after the image data is looked for. Largest real: 41 KiB. */
export const pngTail = 64 * KiB;
/** UTF-8 bytes of an answer's body. Wrapped as JSON in the reply to a gateway it may double, and an ALB takes 1 MB. Largest real: 5 KiB. */
export const maxAnswerBytes = 448 * KiB;
/** Bytes of an answer that is sent as it is: compressing fewer saves less than a packet. */
export const minCompressed = KiB;
/** Characters of one value in the default style; a longer value is left out, as the wire contract does. */
export const maxValueText = 4096;
/** Characters of one value in the styles `readable` and `qiniu`; a longer one is cut, as in the buffer that libexif's users give it. */
export const maxShownText = 1024;
/** Bytes of one value that the style `typed` shows; a longer one is named without its value. Largest real: 54 KiB. */
export const maxTypedBytes = 64 * KiB;

/** Bytes of a box that is read whole (`meta`, `moov`). Largest real: 32 KiB. */
export const maxBoxBytes = 256 * KiB;
/** Bytes of an Exif item, box, chunk or resource; a longer one is cut. Largest real: 188 KiB. */
export const maxBlockBytes = MiB;
/** Items, extents and references of one `meta` box. Largest real: 66 items. */
export const maxItems = 65_536;
/** Bytes at the end of a WebP in which EXIF is looked for. Largest real: 62.6 KiB. */
export const webpTail = 64 * KiB;
/** Chunks of a WebP that are visited, and bytes from its start in which frames are counted. Largest real: 99 frames. */
export const webpWalk = { chunks: 5_000, bytes: MiB } as const;
/** Bytes of a GIF in which frames are counted: the first read, for a longer one would have to be read whole. */
export const gifScan = 64 * KiB;
/** Bytes in which the root element of an SVG must start. Largest real: 0.8 KiB. */
export const svgProlog = 4 * KiB;

/** Bytes of a thumbnail: as base64 in the reply to a gateway it grows by a third, and an ALB takes 1 MB. Largest real: 58 KiB. */
export const maxThumbnailBytes = 512 * KiB;
/** Pixels of a thumbnail, which turning it unpacks. Largest real: 307,200. */
export const maxThumbnailPixels = 4 * MiB;
/** Scans of a thumbnail, each of which may touch every pixel when it is turned. Largest real: 1; a progressive JPEG has about 10. */
export const maxThumbnailScans = 64;
/** Seconds for turning a thumbnail, after which it is given up. A real one: 5 ms, in WebAssembly 20 ms. */
export const thumbnailTurnSeconds = 3;
/**
 * Requests for upright thumbnails of one process that run at once, each with a thumbnail in memory, and that wait, with none.
 * `lent`: those without a reply of their store, which give their place to others meanwhile.
 */
export const uprightJobs = { running: 4, waiting: 64, lent: 256 } as const;
/** Thumbnails that are turned at once, and that wait: turning the largest takes some 60 MB and 0.2 s of one core. */
export const thumbnailTurns = { running: 1, waiting: 4 } as const;
/**
 * Pixels of a large thumbnail: one with more is turned at the lower of two qualities, which needs half the memory, and is
 * refused when it has several scans, for which a decoder keeps up to 6 bytes a pixel. Largest real: 307,200.
 */
export const largeThumbnailPixels = MiB;
