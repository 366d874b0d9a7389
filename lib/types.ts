// The types that cross a folder line. Imports nothing.

/** The environment of a process: settings and keys by name. */
export type Env = Readonly<Record<string, string | undefined>>;

/**
 * One object of one bucket. `key` is decoded and exact; `bucketId` names the configured bucket it is read through.
 * `cacheName` is the bucket's name in a cache; absent = its own name (`bucket`).
 */
export type ObjectRef = Readonly<{ bucketId: string; bucket: string; key: string; cacheName?: string }>;

/** Bytes `start` up to, not including, `end`. */
export type ByteRange = Readonly<{ start: number; end: number }>;

/** What the store says of an object. `etag` is the header's text with its quotes, or null when the store sends none. */
export type ObjectStat = Readonly<{ size: number; etag: string | null; lastModified: Date | null }>;

/**
 * `size` bytes that can be read by range. One call reads all the ranges it is given, together, in their order.
 * A range outside `0..size` throws ProblemError `DamagedImage`; a result always has exactly the bytes asked for.
 */
export type RangeReader = Readonly<{
  size: number;
  read(ranges: readonly ByteRange[]): Promise<readonly Uint8Array[]>;
}>;

/**
 * Pixels of the whole image as coded, null where the container does not state them, and the number of frames: pictures
 * shown one after the other when `animated`, pages otherwise. `moreFrames`: counting stopped early, there may be more.
 * The others are there where the container itself states them, for what EXIF says is in the document.
 */
export type ImageShape = Readonly<{
  width: number | null;
  height: number | null;
  frames: number;
  animated: boolean;
  moreFrames?: true;
  /** The format's own name where one container holds several. */
  format?: 'heic' | 'avif';
  /** Bits of one sample as stored: of a channel, or of an index into a palette. */
  bitDepth?: number;
  /** Pixels per inch, across and down. */
  dpi?: readonly [number, number];
  /** The same without a unit: no more than the ratio of the two is known. */
  density?: readonly [number, number];
  /**
   * The EXIF orientation, 1 to 8, that does to the coded image what a decoder of the format does; it does so whatever EXIF
   * says.
   */
  orientation?: number;
}>;

/**
 * Where a tag was found: `SubIFD1` is the second of IFD0's SubIFDs, `IFD2` the third of the chain, `Raw` an IFD0 whose
 * tag numbers are a camera maker's own.
 */
export type IfdPath = 'Exif' | 'GPS' | 'Interop' | 'Raw' | `IFD${number}` | `SubIFD${number}`;

/** Numerator and denominator as stored, unreduced. */
export type Rational = readonly [number, number];

/** Types of one byte as bytes, rationals as pairs, other numbers as numbers; null = left unread on purpose. */
export type TagValue = Uint8Array | readonly number[] | readonly Rational[] | null;

/** One entry of an IFD [TIFF 6.0 section 2]. `offset` is the place of the 12 (BigTIFF 20) bytes from the TIFF header. */
export type TagEntry = Readonly<{
  ifd: IfdPath;
  tag: number;
  type: number;
  count: number;
  offset: number;
  value: TagValue;
}>;

/** Something wrong that cost only what it touches. `at` counts from the TIFF header. */
export type Warning = Readonly<{
  code: 'truncated' | 'loop' | 'limit' | 'bad-entry' | 'bad-type' | 'bad-header';
  at: number;
  detail: string;
}>;

/** What one EXIF block holds, in the order it was found. `pages` is the length of the IFD chain. */
export type ExifDocument = Readonly<{
  littleEndian: boolean;
  entries: readonly TagEntry[];
  warnings: readonly Warning[];
  pages: number;
}>;

/** A TIFF stream: `reader` offset 0 is the TIFF header; `root` names the IFD that the header leads to. */
export type TiffStream = Readonly<{ reader: RangeReader; root: IfdPath }>;

/**
 * The EXIF of an image: one TIFF stream in nearly all files, several where a format has one for each IFD or a file has
 * several EXIF blocks. The first one wins a tag. A stream that cannot be read is lost with a warning. `isFile`: the file
 * itself is the TIFF stream, so when no stream can be read, the image is damaged.
 */
export type ExifBlock = Readonly<{ streams: readonly TiffStream[]; isFile?: true }>;

/** What a container knows of its image without reading a tag. */
export type Located = Readonly<{ shape: ImageShape; exif: ExifBlock | null }>;

/** A file format that may carry EXIF: tells itself by its first bytes, finds the block, knows no tag. */
export type Container = Readonly<{
  name: string;
  matches(head: Uint8Array): boolean;
  locate(reader: RangeReader): Promise<Located>;
  /** For formats whose size is itself a tag (TIFF): completes `Located.shape` from the document. */
  shapeOf?(document: ExifDocument): ImageShape;
}>;

/**
 * Everything that was read of one object. `document` is null for an image without EXIF; it has no entries, only warnings,
 * for an image whose EXIF cannot be read.
 */
export type ExifRecord = Readonly<{
  stat: ObjectStat;
  parser: string;
  container: string;
  shape: ImageShape;
  document: ExifDocument | null;
}>;

/** The cost of reading one object; `ranges`, when it is set, collects the ranges that were read, in the order of the requests. */
export type ReadCost = { requests: number; bytes: number; ranges?: ByteRange[] };

/** Bytes of one object, what the same reply said of it, and how many bytes came over the wire where that were more. */
export type Fetched = Readonly<{ bytes: Uint8Array; stat: ObjectStat; received?: number }>;

/** Which version a read is for: any (null), only the one of an ETag, or any but that one. */
export type Condition = Readonly<{ ifMatch: string }> | Readonly<{ ifNoneMatch: string }> | null;

/**
 * Whether the caller needs nothing of a version of the object but its stat. `presumed`: only if the version can be answered at
 * all. Then it is read as far as the first reply holds it, so that an error is still found there, and no further.
 */
export type IsKnown = (stat: ObjectStat) => boolean | 'presumed';

/**
 * A store of objects. `fetch` answers `range` of the object, cut at its end. With `ifMatch` it reads that version or
 * throws ObjectChanged; with `ifNoneMatch`, and only then, it gives null for an object that still has that ETag (by weak
 * comparison [RFC 9110 13.1.2]), without its bytes. Throws ProblemError: NoSuchKey, NoSuchBucket, AccessDenied,
 * InvalidObjectState, ObjectEncrypted, KmsKeyUnusable, ObjectRefused, EmptyObject, NotAnImage (stored compressed),
 * ObjectChanged, RangeNotSatisfiable, BucketFault, BucketMisconfigured, SlowDown, Timeout.
 */
export type Bucket = Readonly<{
  fetch(ref: ObjectRef, range: ByteRange, condition: Condition, signal: AbortSignal): Promise<Fetched | null>;
}>;

/** Which tags of a record are shown. It cuts what an answer shows, not what those tags mean beside the others. */
export type Shows = (entry: TagEntry) => boolean;

/** The names of the styles, in the order in which they are listed. */
export type StyleName = 'cos' | 'typed' | 'readable' | 'oss' | 'obs' | 'qiniu';

/** A way to show a record, or the tags of it that `shows` (all), as JSON text; a promise where it has to load first. */
export type Style = Readonly<{ name: string; render(record: ExifRecord, shows?: Shows): string | Promise<string> }>;

/** The domain at which the platform received the request, and the stage before the path (`/prod` or ''). Clients sign both. */
export type Gateway = Readonly<{ host: string; prefix: string }>;

/**
 * An HTTP request as the platform delivered it; nothing is combined or left out.
 * - `path` is percent-encoded, unless `pathDecoded`: some gateways decode it before the function runs.
 * - `query` has the raw pairs in their order, with null for a name without `=`.
 * - `headers` has lower-case names; the values of a repeated header are joined with a comma.
 *
 * The other three come from fields that only the platform can write, never from a header that a client can send:
 * - `gateway` is absent when the platform does not name it, or when the path as sent is not known.
 * - `sourceIp` is the address of the client; absent when the platform does not name it.
 * - `iamCaller` is the ARN of the caller that AWS IAM authenticated; null when the platform reports IAM callers and there
 *   was none, so anybody can call; absent for platforms that never report one.
 */
export type HttpRequest = Readonly<{
  method: string;
  path: string;
  pathDecoded: boolean;
  query: readonly (readonly [string, string | null])[];
  headers: Readonly<Record<string, string>>;
  gateway?: Gateway;
  sourceIp?: string;
  iamCaller?: string | null;
}>;

/**
 * A moment in the life of an object that a statement about it is not older than: `lastModified` is a date that the store
 * gave (never this function's clock; a second is the finest that all stores give), `sequencer` is that of an S3 event: hex
 * text, to be padded with zeros on the right. null = not known.
 */
export type ObjectOrder = Readonly<{ lastModified: Date | null; sequencer: string | null }>;

/**
 * An object that an event is about. `bucket` is the bucket's own name, `key` is decoded and exact. `listed` is set for an
 * object from a list of objects (backfill): nothing says that it changed.
 */
export type ObjectEvent = Readonly<{ bucket: string; key: string; order: ObjectOrder; listed?: true }>;

/**
 * One piece of work. `id` is the platform's request id, or a new one. `trigger` is the name of the trigger that made the job.
 * `answer` answers an HTTP request. `warm` reads the object as it is now and caches the result, also when the object is
 * gone. `forget` marks the object as gone, unless the cache has a later version of it.
 */
export type Job =
  | Readonly<{
      id: string;
      trigger: string;
      act: 'answer';
      request: HttpRequest;
      /** The platform passes bodies of bytes on unchanged, so the answer may be compressed. */
      compress?: boolean;
    }>
  | Readonly<{ id: string; trigger: string; act: 'warm' | 'forget'; object: ObjectEvent }>;

/** An HTTP reply. Text bodies are UTF-8, others are bytes; header names are lower case. */
export type Answer = Readonly<{ status: number; headers: Readonly<Record<string, string>>; body: string | Uint8Array }>;

/** What the cache had: `hit` the entry that was used, `stale` one that could not be used, `miss` none; `off`: no cache. */
export type CacheUse = 'hit' | 'miss' | 'stale' | 'off';

/**
 * How a job went. `code` is `OK`, `Ignored` (an event of an object that is not watched), or the code of what was wrong.
 * `container` is null when no image was read, `cache` when the job ended before it looked at the cache.
 */
export type Summary = Readonly<{ code: string; container: string | null; cost: ReadCost; cache: CacheUse | null }>;

/** How a job ended. `answer` is null for an event, `error` when the job did not fail; `summary` is absent when it did not run. */
export type Outcome = Readonly<{ job: Job; answer: Answer | null; error: unknown; summary?: Summary }>;

/**
 * What a cache holds of an object: its record, the lasting fault that reading it ended in, or that it is gone. `revision`
 * names the parser and the settings that made it: an entry of another revision is stale. The content is not older than the
 * moment `order`.
 */
export type CacheEntry = Readonly<{
  ref: ObjectRef;
  revision: string;
  order: ObjectOrder;
  content:
    | Readonly<{ kind: 'record'; record: ExifRecord }>
    | Readonly<{ kind: 'fault'; code: string; stat: ObjectStat }>
    | Readonly<{ kind: 'gone' }>;
}>;

/**
 * Names what a cache holds under an object's name at one moment. Each put makes a version that never existed before. Only
 * the cache that gave it can read it.
 */
export type CacheVersion = string;

/**
 * The result of a look-up. `version` is null when nothing is held. `entry` is null then too, and also for what is held but
 * damaged, foreign or of another format; a put over `version` replaces that.
 */
export type Lookup = Readonly<{ entry: CacheEntry | null; version: CacheVersion | null }>;

/**
 * The result of a put. `kept`: the entry is held now. `not-stored`: the cache cannot hold this entry (too long, or a key
 * that it cannot have), but what was held before is gone. `conflict`: another writer was faster, and the entry is not held. (A
 * folder says this also when the entry was put, and was replaced by a later writer before that could be seen.)
 */
export type PutResult = 'kept' | 'not-stored' | 'conflict';

/**
 * A store of entries, one per object. `put` is a compare-and-put: it replaces exactly the version that a look-up found
 * (null = nothing was held). A writer that looks up first, then reads the object, then puts, can so never replace what a
 * later reading found. Both throw ProblemError `CacheFault` when the store cannot be reached or refuses.
 */
export type ExifCache = Readonly<{
  name: string;
  get(ref: ObjectRef, signal: AbortSignal): Promise<Lookup>;
  put(entry: CacheEntry, over: CacheVersion | null, signal: AbortSignal): Promise<PutResult>;
}>;

/** An event as a trigger read it. */
export type OpenedEvent = Readonly<{
  /** The work that the event asks for; empty when it does not change anything that is cached. */
  jobs: readonly Job[];
  /** Ids of the messages that cannot be read, for the log: they make no job, so no job logs them. '' for an unsafe id. */
  unreadable: readonly string[];
  /**
   * The platform's reply. `outcomes` are those of `jobs`, in the same order. Throws a ProblemError when the platform must
   * deliver the whole event again, and InternalError when the outcomes do not belong to the jobs.
   */
  reply(outcomes: readonly Outcome[]): unknown;
}>;

/**
 * One shape of event: turns an event into jobs, and their outcomes into the reply that the platform expects. Pure.
 * - `open` returns null for an event of another shape, and never throws. Of all triggers in a list, one at most opens an
 *   event. It recognises the event by own properties, before it reads anything else.
 * - The event is read once, in `open`: `reply` works with what `open` read.
 * - `newId` makes the id of a job when the event has none that is safe to log.
 */
export type Trigger = Readonly<{
  /** Names the trigger in the log, as `door`. */
  name: string;
  open(event: unknown, newId: () => string): OpenedEvent | null;
}>;
