// Every limit of the service: its name, unit and reason. "Largest real" is the largest value in 756 real images.

const [KiB, MiB] = [1024, 1024 ** 2];

/** Limits that a deployment can set. service/config/config.ts has the names of the settings. */
export type Limits = Readonly<{
  /** Bytes of an object. The service being replaced has the same limit: "at most 32 MB". */
  objectBytes: number;
  /** Pixels of one side. The service being replaced has the same limit. */
  side: number;
  /** Pixels of one side of a WebP; the Chinese documents of that service say 16,383. No limit by default. */
  webpSide: number;
  /** Frames of an animation, as far as they are counted; the same documents say 300. No limit by default. */
  frames: number;
  /** Pixels of all frames together. The service being replaced has the same limit. */
  pixels: number;
  /** Bytes of the first read. 64 KiB are enough for most images; another round trip costs 10-60 ms, 64 KiB about 1 ms. */
  firstRead: number;
  /** Ranged GETs for one object. Largest real need: 7. */
  requests: number;
  /** Bytes read of one object. Largest real need: 816 KiB. */
  readBytes: number;
  /** Milliseconds for one try of one GET. */
  tryMs: number;
  /** Milliseconds for a whole request: less than the timeout of the platform. */
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
 * Limits for a program or the command line. No other caller waits there, and the wire contract does not apply. The remaining
 * limits stop a hostile file or server from using all memory or time.
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
/**
 * Redirects that are followed for one read of a web address. Usual ones lead to https, to another name of the host, and to the
 * server that has the files.
 */
export const maxRedirects = 5;
/**
 * Ranges that `x-exif-reads` lists. That is at most 2 KiB of text; gateways accept headers of 8 KiB and more. Largest real: 7.
 */
export const maxShownRanges = 64;
/** Bytes read from standard input. It has no ranges, so all bytes are kept in memory. */
export const maxInputBytes = 256 * MiB;

/** Bytes of a decoded key in UTF-8: the longest that S3 stores. */
export const maxKeyBytes = 1024;
/** Bytes of a raw request path: the slash, and the longest key with each byte percent-encoded. */
export const maxPathBytes = 3 * maxKeyBytes + 1;
/** Bytes of a raw query. */
export const maxQueryBytes = 8 * KiB;
/** Parameters of a query. */
export const maxQueryPairs = 64;
/** Reads of one server process (service/server/admission.ts). Each running read may keep `readBytes` and more in memory. */
export const serverReads = {
  running: 32,
  waiting: 512,
  /** Milliseconds after which a waiting read counts as stalled. A near store answers in 10-60, a far one in 300. */
  stallMs: 250,
  /** Requests for one bucket that wait for its store at the same time. */
  stalled: 256,
  /** Bytes that each of them may keep in memory: 64 MiB for one bucket. */
  stalledBytes: 256 * KiB,
  /** Milliseconds: about one read from a near store. */
  leastMs: 50,
} as const;
/** When a server process refuses requests, because they need more time of the processor than there is (overload.ts). */
export const serverLoad = {
  /** Milliseconds between two looks at the load, and looks at too much of it before requests are refused: half a second. */
  lookMs: 50,
  looks: 10,
  /** The part of the time for which the event loop works, above which it counts as busy. */
  busyShare: 0.95,
  /** Milliseconds that a request may wait for the processor: about 500 requests that read a file. */
  waitMs: 100,
  /** Requests at a time that are always accepted: for example the images of a page, which its browser asks for together. */
  neverRefused: 128,
} as const;
/** A request for many objects (lib/batch). */
export const batchLimits = {
  keys: 100,
  /** Bytes of the body. 100 of the longest keys take 100 KiB, more when JSON escapes their characters. */
  bodyBytes: 256 * KiB,
  /** Objects that are read at the same time, or whose lines wait until the client has read earlier ones. */
  running: 8,
  /** GETs and bytes of all objects together, after which no further object is read. Usual ones take 1.2 and 64 KiB. */
  requests: 400,
  readBytes: 64 * MiB,
  /** Milliseconds that must be left for an object to begin. */
  leastMs: 50,
  /** Bytes of an answer in one piece: Lambda and SCF take 6 MB of JSON, in which each byte may become two. */
  answerBytes: 2.75 * MiB,
} as const;
/** Connections of one server process (service/server/connections.ts). */
export const serverConnections = {
  /** Open connections, unless EXIF_MAX_CONNECTIONS sets another number. An idle one takes about 15 KiB. */
  open: 1_000,
  /** Milliseconds without progress after which a connection may be closed to make room for a new one. */
  idleMs: 1_000,
  /**
   * Requests of one connection that wait for their turn. At this number the server stops reading from it until some are
   * answered.
   */
  readAhead: 16,
  /**
   * Requests that wait on one connection, and on all connections together. With more, the connection is closed after their
   * answers.
   */
  waiting: 256,
  waitingInAll: 4_096,
  /** Milliseconds in which a client must read the next piece of its answer, and in which it must read the whole answer. */
  stallMs: 8_000,
  answerMs: 60_000,
  /** Bytes of a piece. */
  pieceBytes: 64 * KiB,
  /** Bytes of all answers that clients have not read yet. With more, the slowest client is disconnected. */
  heldBytes: 32 * MiB,
  /** Bytes of a body that are kept: none, unless batches are answered (`batchLimits`). */
  bodyBytes: 0,
  /** Headers of a request; together they may have 16 KiB. A request of a browser through two proxies has about 40. */
  headers: 200,
} as const;
/** Jobs of one event: Lambda takes at most 10,000 SQS messages at once. */
export const maxEventJobs = 10_000;
/** Characters of a message about uploads: EventBridge and SNS deliver at most 256 KiB. A usual one has 1.5 KiB. */
export const maxMessageText = 256 * KiB;
/** Milliseconds for one call of the cache during a request. Reading the object instead takes 10-100. */
export const cacheMs = 1_000;
/**
 * Rendered views that a process keeps of one object: all styles, compressed or not, are 24. Callers choose the tags of other
 * views, so their number is not limited otherwise.
 */
export const maxKeptViews = 32;
/** How often the work of an event is repeated when other writers replace the entry meanwhile. In practice this happens once. */
export const maxFollows = 8;
/** Fewest and most hex digits of an S3 sequencer: S3 sends 16 to 18, and says that the length may vary. */
export const sequencerDigits = { least: 8, most: 32 } as const;
/**
 * Jobs of one event that run at once. A batch may have thousands, and each running job may keep `readBytes` and more in memory.
 */
export const eventJobs = 8;
/** Tries of one read: the first and two more. */
export const maxTries = 3;

/** Entries of all IFDs of one document. Largest real: 240. */
export const maxEntries = 20_000;
/** IFDs of one document, pages included. Largest real: 10. */
export const maxIfds = 256;
/** Bytes of one value. Largest real: 54 KiB, a colour table of a DNG. */
export const maxValueBytes = 256 * KiB;
/**
 * Bytes of all IFDs that are too long for the first read of an IFD. IFDs that overlap count each time. Largest real: 978 bytes.
 */
export const maxIfdBytes = MiB;
/**
 * Bytes of all values of one document. Values may overlap, so the size of the file does not limit their sum. Largest real: 119
 * KiB.
 */
export const totalValueBytes = 4 * MiB;
/** The same for values that are decoded to numbers, which take more memory. */
export const maxNumberBytes = MiB;
/** Bytes up to which a payload tag (maker note, XMP, ICC profile ...) is read. A longer one never appears in an answer. */
export const maxPayloadBytes = 2 * KiB;
/** Warnings kept of one document; later ones are dropped. */
export const maxWarnings = 100;
/**
 * Bytes. A later read has at least `minRead`, which doubles with each round up to `maxRead`. Two reads that are at most
 * `mergeGap` apart become one.
 */
export const readAhead = { minRead: 16 * KiB, maxRead: 256 * KiB, mergeGap: 16 * KiB } as const;
/** What is learned from the objects that were read, to read ahead (EXIF_READ_AHEAD=latency, lib/read/forecast.ts). */
export const learning = {
  /** Kinds of objects that are remembered; the one that was not used for longest is forgotten. One takes about 1 KiB. */
  kinds: 512,
  /** The latest objects of a kind that count, and the least number of them before anything is read ahead. */
  objects: 8,
  leastObjects: 3,
  /** When none of this many latest objects needed the bytes, nothing is read ahead. */
  recent: 3,
  /** Objects of a bucket before its store is tried again, after it did not support reading ahead. */
  pause: 1_000,
  /** Bytes of the longest first read, and of the longest second range. Largest real: 160 KiB and 64 KiB. */
  firstRead: 256 * KiB,
  ahead: 128 * KiB,
  /** Bytes: ranges are rounded up to a multiple of this, the shortest later read. */
  step: 16 * KiB,
} as const;
/**
 * Bytes of a text chunk that is inflated or converted from hexadecimal, before and after that. In JPEG an EXIF block has at
 * most 64 KiB.
 */
export const maxProfileBytes = 512 * KiB;
/**
 * Chunks or boxes of one object that are inflated or converted from hexadecimal. Largest real: 1, but an EXIF and an XMP
 * profile may have the same name.
 */
export const maxProfiles = 4;
/** Bytes of one JPEG that belong to no segment: fill bytes, and stray bytes that faulty programs write. */
export const maxStrayBytes = MiB;
/** EXIF blocks of one image whose tags are merged. As many unreadable blocks become warnings. Largest real: 2. */
export const maxExifBlocks = 4;
/**
 * Bytes at the start of an object in which the search for more EXIF goes on after some was found. They are part of the default
 * first read, so the search needs no further request. The number is the same for every reader, so that the answer does not
 * depend on how an object is read.
 */
export const moreExifBytes = 64 * KiB;
/** Segments or chunks visited in one object. Largest real before the image data: 78. */
export const maxHops = 2_000;
/** Bytes at the end of a PNG in which metadata after the image data is looked for. Largest real: 41 KiB. */
export const pngTail = 64 * KiB;
/**
 * UTF-8 bytes of an answer's body. In the JSON reply to a gateway its size may double, and an ALB accepts 1 MB. Largest real: 5
 * KiB.
 */
export const maxAnswerBytes = 448 * KiB;
/** Bytes up to which an answer is not compressed: compressing a shorter one saves less than one network packet. */
export const minCompressed = KiB;
/** Characters of one value in the default style. A longer value is left out, as in the wire contract. */
export const maxValueText = 4096;
/**
 * Characters of one value in the styles `readable` and `qiniu`. A longer value is cut; programs that use libexif have such a
 * buffer.
 */
export const maxShownText = 1024;
/** Bytes of one value in the style `typed`. A longer value is omitted, but its tag is listed. Largest real: 54 KiB. */
export const maxTypedBytes = 64 * KiB;

/** Bytes of a box that is read whole (`meta`, `moov`). Largest real: 32 KiB. */
export const maxBoxBytes = 256 * KiB;
/** Bytes of an Exif item, box, chunk or resource; a longer one is cut. Largest real: 188 KiB. */
export const maxBlockBytes = MiB;
/** Of one `meta` box: places of items with their extents; references with their items; properties. Largest real: 66 items. */
export const maxItems = 65_536;
/** Parts of a `meta` box that stay in memory while a read waits: about 100 bytes each. Largest real: 38. */
export const maxKeptParts = 512;
/** Bytes at the end of a WebP in which EXIF is looked for. Largest real: 62.6 KiB. */
export const webpTail = 64 * KiB;
/** Chunks of a WebP that are visited, and bytes from its start in which frames are counted. Largest real: 99 frames. */
export const webpWalk = { chunks: 5_000, bytes: MiB } as const;
/**
 * Bytes of a GIF in which frames are counted: those of the first read. To count all frames, the whole file would have to be
 * read.
 */
export const gifScan = 64 * KiB;
/** Bytes in which the root element of an SVG must start. Largest real: 0.8 KiB. */
export const svgProlog = 4 * KiB;

/**
 * Bytes of a thumbnail. As base64 in the reply to a gateway it grows by a third, and an ALB accepts 1 MB. Largest real: 58 KiB.
 */
export const maxThumbnailBytes = 512 * KiB;
/** Pixels of a thumbnail. Turning it decodes all of them into memory. Largest real: 307,200. */
export const maxThumbnailPixels = 4 * MiB;
/**
 * Scans of a thumbnail. When it is turned, decoding each scan may take time for every pixel. Largest real: 1; a progressive
 * JPEG has about 10.
 */
export const maxThumbnailScans = 64;
/** Seconds after which turning a thumbnail is aborted. A usual one takes 5 ms, in WebAssembly 20 ms. */
export const thumbnailTurnSeconds = 3;
/**
 * Requests for upright thumbnails in one process. `running` ones have a thumbnail in memory, `waiting` ones have none. `lent`:
 * running requests that wait for their store; meanwhile another request has their slot.
 */
export const uprightJobs = { running: 4, waiting: 64, lent: 256 } as const;
/**
 * Thumbnails that are turned at the same time, and those that wait for that. Turning the largest takes about 60 MB and 0.2 s of
 * one core.
 */
export const thumbnailTurns = { running: 1, waiting: 4 } as const;
/**
 * Pixels from which a thumbnail counts as large. A large one is encoded at the lower of two qualities, which needs half the
 * memory. With several scans it is refused, because a decoder then keeps up to 6 bytes per pixel. Largest real: 307,200.
 */
export const largeThumbnailPixels = MiB;
