// Bounds of the video readers. "Largest real" is the largest value in 51 real videos.

const [KiB, MiB] = [1024, 1024 ** 2];

export const videoLimits = {
  /** Boxes, chunks or elements that are visited in one file. Largest real: 168. */
  boxes: 4_096,
  /** Tracks that are kept. Largest real: 5. */
  tracks: 64,
  /** Texts that are kept, and the keys that name them. Largest real: 18. */
  texts: 512,
  /** Bytes of the name of a key, and of a text; longer texts are left out. Largest real: 65 and 354. */
  keyBytes: 256,
  textBytes: 4 * KiB,
  /**
   * Bytes of a `moov` that is read as a whole. Of a longer one only the parts between the sample tables are read: an hour of
   * video has sample tables of 1.5 to 4 MB.
   */
  moovBytes: MiB,
  /** Bytes that are read first of the part after the media data, when that part may be long. */
  tailBytes: 64 * KiB,
  /**
   * Ranges that are read of one object after its first bytes. An iPhone writes five tracks, and its metadata after the last:
   * a long video needs one read for each, and one for the `moov`.
   */
  reads: 8,
  /** Bytes of these ranges: the longest `moov`, and a C2PA box next to it. */
  readBytes: 3 * MiB,
  /** Bytes after a `moov` that are read with it: the heads of the next boxes. */
  moreBytes: KiB,
  /** Entries of a table of sample times that are added up in a `moov` that is not read as a whole. Usual videos have 1 or 2. */
  timeRuns: 64,
  /** Boxes at the top level after the `moov`, where XMP and C2PA may be. Largest real: 4. */
  topBoxesAfterMoov: 16,
  /** Bytes of an XMP packet and of a C2PA box; of a longer one only the place is reported. Largest real: 16 KiB and 60 KiB. */
  xmpBytes: MiB,
  c2paBytes: MiB,
  /** Bytes of the XML of Sony in which the time and the camera are looked for. */
  xmlBytes: 16 * KiB,
} as const;
