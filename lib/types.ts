// The types that several folders share. Imports nothing.

/** The environment of a process: settings and keys by name. */
export type Env = Readonly<Record<string, string | undefined>>;

/**
 * One object of one bucket. `key` is decoded and exact. `bucketId` names the configured bucket that reads it. `cacheName` is
 * the bucket's name in a cache; absent = its own name (`bucket`).
 */
export type ObjectRef = Readonly<{ bucketId: string; bucket: string; key: string; cacheName?: string }>;

/** Bytes `start` up to, not including, `end`. */
export type ByteRange = Readonly<{ start: number; end: number }>;
/** The last bytes of an object of any size, or all of a shorter one. */
export type LastBytes = Readonly<{ last: number }>;

/** What the store reports about an object. `etag` is the text of the header with its quotes; null when the store sends none. */
export type ObjectStat = Readonly<{ size: number; etag: string | null; lastModified: Date | null }>;

/**
 * `size` bytes that can be read by range. One call reads all given ranges together and returns them in the same order, each
 * with exactly the requested bytes. A range outside `0..size` throws ProblemError `DamagedImage`.
 */
export type RangeReader = Readonly<{
  size: number;
  read(ranges: readonly ByteRange[]): Promise<readonly Uint8Array[]>;
  /** Bytes `start` up to `end` if they are in memory; null if they have to be read. Absent in readers that keep no bytes. */
  held?(start: number, end: number): Uint8Array | null;
}>;

/**
 * The shape of an image. `width` and `height`: pixels of the whole image as coded, null when the container does not state them.
 * `frames`: pictures of an animation when `animated`, otherwise pages. `moreFrames`: counting stopped early, so there may be
 * more. The other fields are set only when the container itself states them; values from EXIF are in the document.
 */
export type ImageShape = Readonly<{
  width: number | null;
  height: number | null;
  frames: number;
  animated: boolean;
  moreFrames?: true;
  /** The name of the format, for a container that is used by several. */
  format?: 'heic' | 'avif';
  /** Bits of one sample as stored: of a channel, or of an index into a palette. */
  bitDepth?: number;
  /** Pixels per inch, across and down. */
  dpi?: readonly [number, number];
  /** The same without a unit: only the ratio of the two numbers is known. */
  density?: readonly [number, number];
  /**
   * The orientation that the container states, as an EXIF orientation from 1 to 8. Decoders of the format apply it, and ignore
   * the orientation in the EXIF.
   */
  orientation?: number;
}>;

/**
 * Where a tag was found: `SubIFD1` is the second of IFD0's SubIFDs, `IFD2` the third of the chain, `Raw` an IFD0 in which a
 * camera maker uses tag numbers with other meanings.
 */
export type IfdPath = 'Exif' | 'GPS' | 'Interop' | 'Raw' | `IFD${number}` | `SubIFD${number}`;

/** Numerator and denominator as stored, unreduced. */
export type Rational = readonly [number, number];

/** The value of a tag: bytes for types of one byte, pairs for rationals, otherwise numbers. null = deliberately not read. */
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

/** A defect of the EXIF that affects only the part it is in. `at` is the offset from the TIFF header. */
export type Warning = Readonly<{
  code: 'truncated' | 'loop' | 'limit' | 'bad-entry' | 'bad-type' | 'bad-header';
  at: number;
  detail: string;
}>;

/** The content of one EXIF block, in the order in which it was found. `pages` is the length of the IFD chain. */
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
 * several EXIF blocks. When several streams have a tag, the first one counts. A stream that cannot be read is left out, with a
 * warning. `isFile`: the file itself is the TIFF stream, so when no stream can be read, the image is damaged.
 */
export type ExifBlock = Readonly<{ streams: readonly TiffStream[]; isFile?: true }>;

/** What a container finds out about its image without reading a tag. */
export type LocateResult = Readonly<{ shape: ImageShape; exif: ExifBlock | null }>;

/** A file format that may contain EXIF. It is recognised by its first bytes and finds the EXIF block, but does not read tags. */
export type Container = Readonly<{
  name: string;
  matches(head: Uint8Array): boolean;
  locate(reader: RangeReader): Promise<LocateResult>;
  /** For formats whose size is itself a tag (TIFF): completes `LocateResult.shape` from the document. */
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

/** Bytes of one object, and the stat from the same reply. `received` is set when more bytes than these were received. */
export type FetchResult = Readonly<{ bytes: Uint8Array; stat: ObjectStat; received?: number }>;

/** Which version to read: any (null), only the one with an ETag, or any other one. */
export type Condition = Readonly<{ ifMatch: string }> | Readonly<{ ifNoneMatch: string }> | null;

/**
 * Whether the caller needs only the stat of a version of the object, and not its content. `presumed`: only if the version can
 * be read without an error. Then only the bytes of the first reply are read, so that an error in them is still found.
 */
export type IsKnown = (stat: ObjectStat) => boolean | 'presumed';

/**
 * A store of objects. `fetch` returns the bytes `range` of the object, cut at its end. With `ifMatch` it reads that version or
 * throws ObjectChanged; with `ifNoneMatch`, and only then, it returns null for an object that still has that ETag (by weak
 * comparison [RFC 9110 13.1.2]), without its bytes. Throws ProblemError: NoSuchKey, NoSuchBucket, AccessDenied,
 * InvalidObjectState, ObjectEncrypted, KmsKeyUnusable, ObjectRefused, EmptyObject, NotAnImage (stored compressed),
 * ObjectChanged, RangeNotSatisfiable, BucketFault, BucketMisconfigured, SlowDown, Timeout.
 * `fetchAhead` reads bytes that will probably be needed, with one try; null = the store does not support the range.
 */
export type Bucket = Readonly<{
  fetch(ref: ObjectRef, range: ByteRange, condition: Condition, signal: AbortSignal): Promise<FetchResult | null>;
  fetchAhead?(ref: ObjectRef, range: LastBytes | ByteRange, signal: AbortSignal): Promise<FetchResult | null>;
}>;

/** Whether a tag is shown. Tags that are not shown still count when the shown ones are interpreted. */
export type TagFilter = (entry: TagEntry) => boolean;

/** The names of the styles, in the order in which they are listed. */
export type StyleName = 'cos' | 'flat' | 'typed' | 'readable' | 'oss' | 'obs' | 'qiniu';

/** Renders a record as JSON text. `shows` selects the tags; default: all. Returns a promise when code has to be loaded. */
export type Style = Readonly<{ name: string; render(record: ExifRecord, shows?: TagFilter): string | Promise<string> }>;

/** The domain at which the platform received the request, and the stage before the path (`/prod` or ''). Clients sign both. */
export type Gateway = Readonly<{ host: string; prefix: string }>;

/**
 * An HTTP request as the platform delivered it; nothing is combined or left out.
 * - `path` is percent-encoded, unless `pathDecoded`: some gateways decode it before the function runs.
 * - `query` has the raw pairs in their order, with null for a name without `=`.
 * - `headers` has lower-case names; the values of a repeated header are joined with a comma. Only a batch has a `body`.
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
  body?: Uint8Array;
  gateway?: Gateway;
  sourceIp?: string;
  iamCaller?: string | null;
}>;

/**
 * The moment of an object's state, to compare which of two is later. `lastModified` is a date from the store, often in seconds.
 * `sequencer` is that of an S3 event: hexadecimal, to be padded with zeros on the right before comparing. null = not known.
 */
export type ObjectOrder = Readonly<{ lastModified: Date | null; sequencer: string | null }>;

/** An object that an event is about; `bucket` is its own name. In a list (backfill): its ETag, and whether the cache may lack it. */
export type ObjectEvent = Readonly<{ bucket: string; key: string; order: ObjectOrder; listed?: Listed }>;
export type Listed = Readonly<{ etag: string | null; isNew: boolean }>;

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
      /** Whether the platform passes a body of bytes on unchanged, so that the answer may be compressed. */
      compress?: boolean;
    }>
  | Readonly<{ id: string; trigger: string; act: 'warm' | 'forget'; object: ObjectEvent }>;

/** An HTTP reply. Text bodies are UTF-8, others are bytes; header names are lower case. */
export type Answer = Readonly<{ status: number; headers: Readonly<Record<string, string>>; body: string | Uint8Array }>;

/** The result of a look-up: `hit` an entry was used, `stale` it could not be used, `miss` no entry, `off` no cache. */
export type CacheUse = 'hit' | 'miss' | 'stale' | 'off';

/**
 * How a job went. `code` is `OK`, `Ignored` (an event of an object that is not watched), or the code of the error.
 * `container` is null when no image was read, `cache` when the job ended before it looked at the cache.
 */
export type Summary = Readonly<{ code: string; container: string | null; cost: ReadCost; cache: CacheUse | null }>;

/** How a job ended. `answer` is null for an event, `error` when the job did not fail; `summary` is absent when it did not run. */
export type Outcome = Readonly<{ job: Job; answer: Answer | null; error: unknown; summary?: Summary }>;

/**
 * The entry of an object in a cache: its record, the lasting error of reading it, or that it is gone. An entry of another
 * `revision` (parser and settings) is stale. The content is not older than `order`. `generation` grows with each entry.
 */
export type CacheEntry = Readonly<{
  ref: ObjectRef;
  revision: string;
  order: ObjectOrder;
  generation: number;
  content:
    | Readonly<{ kind: 'record'; record: ExifRecord }>
    | Readonly<{ kind: 'fault'; code: string; stat: ObjectStat }>
    | Readonly<{ kind: 'gone' }>;
}>;

/**
 * Identifies the content of a cache for one object at one moment. Each put makes a version that never existed before. Only the
 * cache that made a version can interpret it.
 */
export type CacheVersion = string;

/**
 * The result of a look-up. `version` is null when the cache has nothing for the object; `entry` is null then too. `entry` is
 * also null when the stored data is damaged, foreign or of another format; a put over `version` replaces such data.
 */
export type Lookup = Readonly<{ entry: CacheEntry | null; version: CacheVersion | null }>;

/**
 * The result of a put. `kept`: the entry is stored. `not-stored`: the cache cannot store this entry (its length, its key), but
 * the earlier entry was removed. `conflict`: another writer was faster (for a folder: before or just after the put).
 */
export type PutResult = 'kept' | 'not-stored' | 'conflict';

/**
 * A store of entries, one per object. `put` is a compare-and-put: it replaces exactly the version that a look-up found
 * (null = nothing was stored). So a writer that looks up, then reads the object, then puts can never replace the result of a
 * later read. Both throw ProblemError `CacheFault` when the store cannot be reached or refuses.
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
