// The types of all answers. Made from docs/schema by `npm run types`: do not edit.

/** The answer of each style. */
export type Answers = {
  cos: CosExif;
  flat: FlatExif;
  obs: ObsExif;
  oss: OssExif;
  qiniu: QiniuExif;
  readable: ReadableExif;
  typed: TypedExif;
};

/** The answer of each style of the metadata. */
export type MetadataAnswers = {
  flat: FlatMetadata;
  typed: TypedMetadata;
};

/**
 * The default answer, in the wire contract of Tencent COS / CI: names and texts as exiv2 prints them.
 */
export type CosExif =
  | {
      error: 'no exif data';
    }
  | {
      /**
       * Only an image without EXIF has this member.
       */
      error?: undefined;
      [name: string]:
        | {
            val: string;
          }
        | undefined;
    };

/**
 * What people mean by the EXIF of an image: one object with plain names and native types. An unknown value is left out: nothing is null or an empty text.
 */
export interface FlatExif {
  /**
   * The maker of the camera.
   */
  make?: string;
  /**
   * The model of the camera.
   */
  model?: string;
  /**
   * LensModel.
   */
  lens?: string;
  software?: string;
  /**
   * Artist, otherwise XPAuthor.
   */
  artist?: string;
  /**
   * Copyright; that of the photographer and that of the editor are separated by a comma.
   */
  copyright?: string;
  /**
   * ImageDescription, otherwise XPTitle.
   */
  description?: string;
  /**
   * When the picture was taken: ISO 8601, with the fraction and the offset if they are known.
   */
  takenAt?: string;
  /**
   * The tag that gives `takenAt`: the first of these that has a valid time. GPSDateTime is GPSDateStamp and GPSTimeStamp. DateTime is when the file was last changed.
   */
  takenAtSource?: 'DateTimeOriginal' | 'DateTimeDigitized' | 'GPSDateTime' | 'DateTime';
  /**
   * The offset from UTC at the end of `takenAt`.
   */
  offset?: string;
  /**
   * Degrees, positive in the north.
   */
  latitude?: number;
  /**
   * Degrees, positive in the east.
   */
  longitude?: number;
  /**
   * Metres, negative below sea level.
   */
  altitude?: number;
  /**
   * Degrees clockwise from north to which the camera pointed (GPSImgDirection). GPSImgDirectionRef says which north.
   */
  direction?: number;
  /**
   * Pixels of the upright image.
   */
  width?: number;
  /**
   * Pixels of the upright image.
   */
  height?: number;
  /**
   * How the stored image must be turned to be upright [EXIF 3.0 4.6.5.1.3]; 1 = it is upright.
   */
  orientation?: number;
  /**
   * Seconds.
   */
  exposureTime?: number;
  fNumber?: number;
  iso?: number;
  /**
   * EV.
   */
  exposureBias?: number;
  /**
   * Millimetres.
   */
  focalLength?: number;
  /**
   * Millimetres, of the lens with the same angle of view on 35 mm film.
   */
  focalLength35?: number;
  flash?: string;
  whiteBalance?: 'Auto' | 'Manual';
  meteringMode?: 'Average' | 'Center-weighted average' | 'Spot' | 'Multi-spot' | 'Pattern' | 'Partial';
  exposureProgram?:
    | 'Manual'
    | 'Normal program'
    | 'Aperture priority'
    | 'Shutter priority'
    | 'Creative program'
    | 'Action program'
    | 'Portrait mode'
    | 'Landscape mode';
  /**
   * The container: jpeg, png, webp, heif (AVIF too), jxl, tiff, ...
   */
  format: string;
  /**
   * Bytes of the object.
   */
  size: number;
  /**
   * The ETag that the store sent, with its quotes.
   */
  etag?: string;
  /**
   * Every other tag that has a name, once: IFD0 first, then the Exif, GPS and Interop IFDs. Numbers are numbers (a rational is divided), texts are texts. Left out: the tags that gave a member above, pointers, the maker note and other embedded documents, and lists of more than 16 numbers or with an unknown number before a known one.
   */
  tags?: {
    [name: string]: string | number | number[];
  };
}

/**
 * The body of COS / CI "Getting basic image information". Every value is a text. Unknown values are left out.
 */
export interface ImageInfo {
  format: string;
  width?: string;
  height?: string;
  /**
   * Bytes of the object.
   */
  size: string;
  md5?: string;
  frame_count: string;
  /**
   * Number of bits of one sample.
   */
  bit_depth?: string;
  vertical_dpi?: string;
  horizontal_dpi?: string;
}

/**
 * What all metadata of an image or a video says: the members of `exif/style/flat`, and what XMP, IPTC, ICC, C2PA, maker notes and the headers of a video add. Where several have a value, the first of the places in its description counts. IPTC comes before XMP when a program has changed it later. An unknown value is left out: nothing is null or an empty text, except where it is said.
 */
export interface FlatMetadata {
  /**
   * XMP `dc:title`, IPTC 2:05 ObjectName, otherwise EXIF XPTitle. Of several languages: `x-default`.
   */
  title?: string;
  /**
   * EXIF ImageDescription, XMP `dc:description`, IPTC 2:120 Caption-Abstract. Of several languages: `x-default`.
   */
  description?: string;
  /**
   * XMP `dc:subject`, IPTC 2:25 Keywords, otherwise EXIF XPKeywords. Each once.
   */
  keywords?: string[];
  /**
   * EXIF Artist (separated by semicolons), XMP `dc:creator`, IPTC 2:80 By-line.
   */
  creator?: string[];
  /**
   * XMP `photoshop:Credit`, IPTC 2:110.
   */
  credit?: string;
  /**
   * EXIF Copyright, XMP `dc:rights`, IPTC 2:116. Of several languages: `x-default`.
   */
  copyright?: string;
  /**
   * XMP `xmp:Rating`: 0 to 5 stars; -1 = rejected.
   */
  rating?: number;
  /**
   * XMP `xmp:Label`: a colour, in the words of the program that wrote it.
   */
  label?: string;
  /**
   * XMP `photoshop:City` or the place where the picture was taken (`Iptc4xmpExt:LocationCreated`), IPTC 2:90.
   */
  city?: string;
  /**
   * XMP `photoshop:Country` or the place where the picture was taken (`Iptc4xmpExt:LocationCreated`), IPTC 2:101.
   */
  country?: string;
  /**
   * XMP: regions of faces (`mwg-rs:Regions`, `MP:RegionInfo`), then the names in `Iptc4xmpExt:PersonInImage` that no region has.
   */
  persons?: MetadataPerson[];
  ai?: MetadataAi;
  /**
   * The maker of the camera.
   */
  make?: FlatExif['make'];
  /**
   * The model of the camera.
   */
  model?: FlatExif['model'];
  /**
   * EXIF LensModel, XMP `exifEX:LensModel` or `aux:Lens`, otherwise the maker note.
   */
  lens?: string;
  /**
   * Of the camera. EXIF BodySerialNumber, XMP `exifEX:BodySerialNumber` or `aux:SerialNumber`, otherwise the maker note.
   */
  serialNumber?: string;
  /**
   * EXIF LensSerialNumber, XMP `exifEX:LensSerialNumber` or `aux:LensSerialNumber`, otherwise the maker note.
   */
  lensSerialNumber?: string;
  /**
   * Releases of the shutter until this picture, from the maker note.
   */
  shutterCount?: number;
  software?: FlatExif['software'];
  /**
   * Artist, otherwise XPAuthor.
   */
  artist?: FlatExif['artist'];
  /**
   * When the picture was taken: ISO 8601, with the fraction and the offset if they are known.
   */
  takenAt?: FlatExif['takenAt'];
  /**
   * The tag or property that gives `takenAt`: a tag of EXIF as in `exif/style/flat`, a field of a video (`creationdate`, `mvhd` ...), `XMP exif:DateTimeOriginal`, `XMP photoshop:DateCreated`, `XMP xmp:CreateDate` or `IPTC 2:55 and 2:60`.
   */
  takenAtSource?: string;
  /**
   * The offset from UTC at the end of `takenAt`.
   */
  offset?: FlatExif['offset'];
  /**
   * Where `offset` comes from: the time itself, a tag such as OffsetTimeOriginal, or the position (the map of time zones).
   */
  offsetSource?: string;
  /**
   * Degrees, positive in the north.
   */
  latitude?: FlatExif['latitude'];
  /**
   * Degrees, positive in the east.
   */
  longitude?: FlatExif['longitude'];
  /**
   * Metres, negative below sea level.
   */
  altitude?: FlatExif['altitude'];
  /**
   * Degrees clockwise from north to which the camera pointed (GPSImgDirection). GPSImgDirectionRef says which north.
   */
  direction?: FlatExif['direction'];
  /**
   * Pixels of the upright image.
   */
  width?: FlatExif['width'];
  /**
   * Pixels of the upright image.
   */
  height?: FlatExif['height'];
  /**
   * How the stored image must be turned to be upright [EXIF 3.0 4.6.5.1.3]; 1 = it is upright.
   */
  orientation?: FlatExif['orientation'];
  /**
   * Seconds.
   */
  exposureTime?: FlatExif['exposureTime'];
  fNumber?: FlatExif['fNumber'];
  iso?: FlatExif['iso'];
  /**
   * EV.
   */
  exposureBias?: FlatExif['exposureBias'];
  /**
   * Millimetres.
   */
  focalLength?: FlatExif['focalLength'];
  /**
   * Millimetres, of the lens with the same angle of view on 35 mm film.
   */
  focalLength35?: FlatExif['focalLength35'];
  /**
   * Metres, from the maker note.
   */
  focusDistance?: {
    nearest: number;
    /**
     * Null: infinity.
     */
    farthest: number | null;
  };
  flash?: FlatExif['flash'];
  whiteBalance?: FlatExif['whiteBalance'];
  meteringMode?: FlatExif['meteringMode'];
  exposureProgram?: FlatExif['exposureProgram'];
  /**
   * The name of the ICC profile, such as `Display P3`.
   */
  colorProfile?: string;
  /**
   * The image has a gain map: Ultra HDR, ISO 21496-1, that of Apple, or only an image of that type in the MPF index.
   */
  hdr?: 'ultra-hdr' | 'iso-21496' | 'apple' | 'mpf';
  /**
   * The video in the file of a motion photo.
   */
  motionPhoto?: {
    /**
     * Where the video begins in the file.
     */
    offset: number;
    /**
     * Bytes of the video.
     */
    length: number;
    /**
     * Where the picture is in the video, in microseconds.
     */
    presentationTimestampUs?: number;
  };
  /**
   * Apple: the picture and the video of a Live Photo have the same one. From the maker note, or the metadata of the video.
   */
  livePhotoId?: string;
  /**
   * All pictures of a burst have the same one. From Apple's maker note, or XMP `GCamera:BurstID`.
   */
  burstId?: string;
  /**
   * The container: jpeg, png, webp, heif (AVIF too), jxl, tiff, ...
   */
  format?: FlatExif['format'];
  /**
   * Bytes of the object.
   */
  size?: FlatExif['size'];
  /**
   * The ETag that the store sent, with its quotes.
   */
  etag?: FlatExif['etag'];
  /**
   * Seconds. Only for a video.
   */
  duration?: number;
  /**
   * Degrees clockwise by which a player turns the stored picture. `width` and `height` are those after it. Only for a video.
   */
  rotation?: 0 | 90 | 180 | 270;
  /**
   * The code of the first video track, such as `avc1`, `hvc1` or `V_VP9`.
   */
  videoCodec?: string;
  /**
   * The code of the first audio track, such as `mp4a`.
   */
  audioCodec?: string;
  /**
   * Member -> where its value comes from (`XMP dc:title`, `IPTC 2:25`, `EXIF Artist`, `maker note`, `video`), for members that have several possible places.
   */
  sources?: {
    [name: string]: string;
  };
  /**
   * Damage of blocks, and limits that were reached, as `xmp: ...`; and doubts about the time.
   */
  warnings?: string[];
  /**
   * Every other tag that has a name, once: IFD0 first, then the Exif, GPS and Interop IFDs. Numbers are numbers (a rational is divided), texts are texts. Left out: the tags that gave a member above, pointers, the maker note and other embedded documents, and lists of more than 16 numbers or with an unknown number before a known one.
   */
  tags?: FlatExif['tags'];
}
/**
 * A person in the image.
 */
export interface MetadataPerson {
  /**
   * Absent for a face without a name.
   */
  name?: string;
  /**
   * The face, in fractions of the width and height of the image as stored. Absent for a name without a region.
   */
  area?: {
    /**
     * Of the left edge.
     */
    x: number;
    /**
     * Of the upper edge.
     */
    y: number;
    width: number;
    height: number;
  };
}
/**
 * What the file says about its generation by a program: the strongest statement. They are claims of the writers: no signature is checked. Prompts are not shown.
 */
export interface MetadataAi {
  /**
   * Null: it says neither yes nor no.
   */
  generated: boolean | null;
  /**
   * The kind of place.
   */
  source: 'C2PA' | 'IPTC DigitalSourceType' | 'GB 45438' | 'generator text';
  /**
   * A code of IPTC, such as `trainedAlgorithmicMedia`.
   */
  digitalSourceType?: string;
  /**
   * The program, as it names itself.
   */
  generator?: string;
  /**
   * All statements, the strongest first.
   */
  sources: MetadataStatement[];
}
/**
 * What one place says.
 */
export interface MetadataStatement {
  /**
   * The kind of place.
   */
  source: 'C2PA' | 'IPTC DigitalSourceType' | 'GB 45438' | 'generator text';
  /**
   * The place: an action of C2PA, a property, a tag or a chunk.
   */
  where: string;
  /**
   * Null: it says neither yes nor no.
   */
  generated: boolean | null;
  /**
   * A code of IPTC, such as `trainedAlgorithmicMedia`.
   */
  digitalSourceType?: string;
  /**
   * The program, as it names itself.
   */
  generator?: string;
  /**
   * The label of GB 45438: 1 = is generated, 2 = may be, 3 = is suspected to be.
   */
  label?: string;
  /**
   * The label of the C2PA manifest.
   */
  manifest?: string;
  /**
   * Whether this manifest is about the file as it is.
   */
  active?: boolean;
}

/**
 * A text, an unordered list (`bag`), an ordered list (`seq`), texts by language (`alt`), a structure (`fields`), or a value with qualifiers.
 */
export type MetadataXmpValue =
  | string
  | {
      bag: MetadataXmpValue[];
    }
  | {
      seq: MetadataXmpValue[];
    }
  | {
      alt: {
        [name: string]: string;
      };
    }
  | {
      fields: {
        [name: string]: MetadataXmpValue;
      };
    }
  | {
      value: MetadataXmpValue;
      qualifiers: {
        [name: string]: MetadataXmpValue;
      };
    };

/**
 * Every metadata block of an image or a video as it is, not merged with others: the members of `exif/style/typed`, and the blocks next to the EXIF.
 */
export interface TypedMetadata {
  /**
   * The container: jpeg, png, webp, heif (AVIF too), jxl, tiff, ...
   */
  format: TypedExif['format'];
  /**
   * Bytes of the object.
   */
  size: TypedExif['size'];
  /**
   * The ETag that the store sent, with its quotes.
   */
  etag: TypedExif['etag'];
  /**
   * Pixels as coded, before any orientation. Null when the file does not state it.
   */
  width: TypedExif['width'];
  height: TypedExif['height'];
  frames: TypedExif['frames'];
  animated: TypedExif['animated'];
  /**
   * Counting stopped early: there may be more frames.
   */
  moreFrames?: TypedExif['moreFrames'];
  /**
   * Byte order of the TIFF stream. Null for an image without EXIF.
   */
  byteOrder: TypedExif['byteOrder'];
  /**
   * The tags of each IFD, in the order in which they were found. IFD2 is the third IFD of the chain. SubIFD1 is the second SubIFD of IFD0. Raw is an IFD0 that has the camera maker's own tags. Empty for an image without EXIF.
   */
  ifds: TypedExif['ifds'];
  /**
   * Damage, and limits that were reached. Each affects only one part. `at` is an offset from the TIFF header.
   */
  warnings: TypedExif['warnings'];
  derived: TypedExif['derived'];
  /**
   * The blocks that the file has. A block that is too long for the answer is `{"omitted": true}`.
   */
  blocks: {
    makernote?: MetadataMakernote | MetadataOmittedBlock;
    xmp?: MetadataXmp | MetadataOmittedBlock;
    iptc?: MetadataIptc | MetadataOmittedBlock;
    icc?: MetadataIcc | MetadataOmittedBlock;
    c2pa?: MetadataC2Pa | MetadataOmittedBlock;
    text?:
      | {
          keyword: string;
          chunk: 'tEXt' | 'zTXt' | 'iTXt';
          text?: string;
          /**
           * The text is too long for the answer.
           */
          omitted?: true;
        }[]
      | MetadataOmittedBlock;
    mpf?: MetadataMpf | MetadataOmittedBlock;
    gainmap?: MetadataGainmap | MetadataOmittedBlock;
    motion?: MetadataMotion | MetadataOmittedBlock;
  };
  /**
   * Where the blocks are in the file.
   */
  places: {
    block: 'exif' | 'makernote' | 'xmp' | 'iptc' | 'icc' | 'c2pa' | 'text' | 'mpf' | 'gainmap' | 'motion';
    /**
     * Where it begins in the file. Null: it is compressed, or in several pieces.
     */
    offset: number | null;
    /**
     * Bytes.
     */
    size: number;
  }[];
  /**
   * Damage of blocks, and limits that were reached.
   */
  blockWarnings: MetadataWarning[];
  video?: MetadataVideo;
}
/**
 * What the maker note says in clear. An absent member is not in it, or is enciphered.
 */
export interface MetadataMakernote {
  /**
   * The format of the note: a note of Pentax may come from a camera of Ricoh.
   */
  maker: string;
  /**
   * As the camera writes it.
   */
  lens?: string;
  /**
   * The maker's number of the lens.
   */
  lensId?: string;
  /**
   * Focal lengths in millimetres, and the largest apertures, such as `18-55mm f/3.5-5.6`.
   */
  lensRange?: string;
  /**
   * The number on the body.
   */
  serialNumber?: string;
  lensSerialNumber?: string;
  /**
   * A number of the body that is not engraved on it.
   */
  internalSerialNumber?: string;
  /**
   * Releases of the shutter until this picture.
   */
  shutterCount?: number;
  /**
   * Apple: the same as in the video of the Live Photo.
   */
  livePhotoId?: string;
  /**
   * Apple: the same in all pictures of a burst.
   */
  burstId?: string;
  /**
   * Metres.
   */
  focusDistance?: {
    nearest: number;
    /**
     * Null: infinity.
     */
    farthest: number | null;
  };
  firmware?: string;
  owner?: string;
}
/**
 * The block is too long for the answer.
 */
export interface MetadataOmittedBlock {
  omitted: true;
}
/**
 * The XMP of the file.
 */
export interface MetadataXmp {
  /**
   * Prefix -> namespace. Prefixes are the usual ones, not those of the file.
   */
  namespaces: {
    [name: string]: string;
  };
  /**
   * Name with its prefix (`dc:title`) -> value, of all packets together.
   */
  properties: {
    [name: string]: MetadataXmpValue;
  };
  /**
   * Properties that are too long for the answer.
   */
  omitted?: number;
}
/**
 * The datasets of IPTC-IIM.
 */
export interface MetadataIptc {
  /**
   * The character code of the texts: declared (1:90), otherwise detected.
   */
  charset: 'utf-8' | 'windows-1252';
  /**
   * A program changed the datasets after the XMP was written: the stored digest is that of others.
   */
  newerThanXmp: boolean;
  /**
   * In stored order.
   */
  datasets: MetadataDataset[];
}
export interface MetadataDataset {
  record: number;
  dataset: number;
  /**
   * The name in IPTC-IIM 4.2. Null when it has none.
   */
  name: string | null;
  text?: string;
  /**
   * Bytes that are not text.
   */
  base64?: string;
}
/**
 * The header of the ICC profile, and its texts.
 */
export interface MetadataIcc {
  /**
   * Bytes of the profile.
   */
  size: number;
  /**
   * Such as `4.3`.
   */
  version: string;
  /**
   * The device class as stored, such as `mntr`.
   */
  class: string;
  /**
   * As stored, such as `RGB`.
   */
  colorSpace: string;
  /**
   * As stored: `XYZ` or `Lab`.
   */
  connectionSpace: string;
  /**
   * 0 perceptual, 1 relative, 2 saturation, 3 absolute.
   */
  renderingIntent: number;
  name: string | null;
  copyright: string | null;
  /**
   * ISO 8601.
   */
  created: string | null;
}
/**
 * The manifests of C2PA. No signature and no hash is checked: they are claims of their writers.
 */
export interface MetadataC2Pa {
  /**
   * In stored order.
   */
  manifests: MetadataManifest[];
  /**
   * The label of the manifest that is about the file as it is. Null: not known.
   */
  active: string | null;
}
export interface MetadataManifest {
  label: string;
  /**
   * `compressed` is not read.
   */
  kind: 'standard' | 'update' | 'compressed';
  claimGenerator: string | null;
  claimGeneratorInfo: {
    name: string | null;
    version: string | null;
  }[];
  title: string | null;
  /**
   * A media type.
   */
  format: string | null;
  actions: {
    /**
     * Such as `c2pa.created`.
     */
    action: string;
    /**
     * An address or a code of IPTC or C2PA.
     */
    digitalSourceType: string | null;
    softwareAgent: string | null;
    when: string | null;
    description: string | null;
  }[];
  /**
   * The labels of the assertions.
   */
  assertions: string[];
  /**
   * Assets that this one was made from.
   */
  ingredients: {
    title: string | null;
    format: string | null;
    relationship: string | null;
    /**
     * The label of its manifest.
     */
    manifest: string | null;
  }[];
  /**
   * What the asset may be used for: `allowed`, `notAllowed` or `constrained`.
   */
  training: {
    name: string;
    use: string | null;
  }[];
  /**
   * Whether there is a signature. It is not checked.
   */
  hasSignature: boolean;
}
/**
 * The images in a JPEG, by its MPF index.
 */
export interface MetadataMpf {
  images: {
    /**
     * Such as `primary`, `thumbnail-full-hd` or `gain-map`.
     */
    type: string;
    /**
     * Where the image begins in the file.
     */
    offset: number;
    /**
     * Bytes of the image.
     */
    size: number;
    /**
     * It belongs to another image.
     */
    dependent: boolean;
  }[];
}
/**
 * The gain map.
 */
export interface MetadataGainmap {
  /**
   * All that the file has signs of.
   */
  kinds: ('ultra-hdr' | 'iso-21496' | 'apple' | 'mpf')[];
  /**
   * As stored in XMP.
   */
  version: string | null;
}
/**
 * The video of a motion photo.
 */
export interface MetadataMotion {
  /**
   * Which format says where the video is.
   */
  kind: 'heif-mpvd' | 'samsung' | 'google-v2' | 'google-v1';
  /**
   * Where the video begins in the file. Null: it is no longer there.
   */
  offset: number | null;
  /**
   * Bytes of the video.
   */
  length: number | null;
  /**
   * Where the picture is in the video, in microseconds.
   */
  presentationTimestampUs: number | null;
}
export interface MetadataWarning {
  block: 'exif' | 'makernote' | 'xmp' | 'iptc' | 'icc' | 'c2pa' | 'text' | 'mpf' | 'gainmap' | 'motion';
  detail: string;
}
/**
 * The headers of a video. Null: not stated.
 */
export interface MetadataVideo {
  make: string | null;
  model: string | null;
  software: string | null;
  lensModel: string | null;
  /**
   * The same as in the picture of the Live Photo.
   */
  livePhotoId: string | null;
  title: string | null;
  description: string | null;
  author: string | null;
  copyright: string | null;
  keywords: string | null;
  /**
   * The label of GB 45438, as stored.
   */
  aigc: string | null;
  /**
   * Degrees, positive in the north.
   */
  latitude: number | null;
  /**
   * Degrees, positive in the east.
   */
  longitude: number | null;
  /**
   * Metres.
   */
  altitude: number | null;
  /**
   * Pixels as shown, after the rotation.
   */
  width: number | null;
  /**
   * Pixels as shown, after the rotation.
   */
  height: number | null;
  /**
   * Pixels as coded.
   */
  codedWidth: number | null;
  /**
   * Pixels as coded.
   */
  codedHeight: number | null;
  /**
   * Degrees clockwise. Null: another transformation.
   */
  rotation: 0 | 90 | 180 | 270 | null;
  videoCodec: string | null;
  audioCodec: string | null;
  format: 'mp4' | 'mov' | '3gp' | 'm4v' | 'avi' | 'mkv' | 'webm';
  /**
   * Bytes of the object.
   */
  size: number;
  createdAt: {
    /**
     * ISO 8601.
     */
    text: string;
    /**
     * The field that has it.
     */
    source: string;
  } | null;
  /**
   * Seconds.
   */
  duration: number | null;
  tracks: MetadataTrack[];
  texts: {
    /**
     * As the file names it, such as `com.apple.quicktime.make`.
     */
    name: string;
    value: string;
    /**
     * The track that it is about, from 1 on. Absent: the whole video.
     */
    track?: number;
  }[];
  /**
   * What could not be read.
   */
  warnings: string[];
}
export interface MetadataTrack {
  /**
   * The number that the file has for it.
   */
  id: number | null;
  kind: 'video' | 'audio' | 'subtitle' | 'data';
  enabled: boolean;
  /**
   * The type of the sample entry, the codec id of Matroska, or the four characters (AVI).
   */
  codec: string | null;
  /**
   * Ticks of a second.
   */
  timescale: number | null;
  /**
   * How many ticks the track lasts.
   */
  ticks: number | null;
  /**
   * Seconds that the edit list shows. Null: there is no edit list.
   */
  editedSeconds: number | null;
  /**
   * Samples: pictures of a video track.
   */
  samples: number | null;
  /**
   * Bytes of all samples.
   */
  sampleBytes: number | null;
  /**
   * A code of ISO 639-2.
   */
  language: string | null;
  /**
   * Pixels as coded.
   */
  codedWidth: number | null;
  /**
   * Pixels as coded.
   */
  codedHeight: number | null;
  /**
   * Pixels as shown, before the rotation.
   */
  width: number | null;
  /**
   * Pixels as shown, before the rotation.
   */
  height: number | null;
  /**
   * Degrees clockwise. Null: another transformation.
   */
  rotation: 0 | 90 | 180 | 270 | null;
  /**
   * Width to height of a pixel.
   */
  pixelAspect: number[] | null;
  colour: {
    primaries: number;
    transfer: number;
    matrix: number;
    fullRange: boolean | null;
  } | null;
  /**
   * Of H.264 and HEVC, as stored.
   */
  profile: number | null;
  /**
   * Of H.264: the byte after the profile. Its highest bits are the constraint flags.
   */
  constraints: number | null;
  /**
   * Of H.264 and HEVC, as stored.
   */
  level: number | null;
  /**
   * The object type of MPEG-4 audio and video, if the sample entry states it.
   */
  objectType: number | null;
  /**
   * Channels of sound.
   */
  channels: number | null;
  /**
   * Samples of sound in a second.
   */
  sampleRate: number | null;
}

/**
 * The body of Huawei Cloud OBS "Getting information about an image". The member exif is absent when there is no tag to show.
 */
export interface ObsExif {
  exif?: {
    [name: string]: string;
  };
  format: string;
  height?: number;
  size: number;
  width?: number;
}

/**
 * The body of Alibaba Cloud OSS "Query image information": members of the image, and one member for each tag, sorted by name. Every value is a text.
 */
export interface OssExif {
  FileSize: OssWhole;
  Format: OssText;
  FrameCount: OssWhole;
  ImageHeight?: OssWhole;
  ImageWidth?: OssWhole;
  [name: string]: OssText | OssWhole | undefined;
}
export interface OssWhole {
  value: string;
}
export interface OssText {
  value: string;
}

/**
 * What an object gives away, and where. It has no value of the object.
 */
export interface PrivateFindings {
  /**
   * Whether there is a finding.
   */
  private: boolean;
  /**
   * At most one of each kind, in the order of the kinds.
   */
  findings: PrivateFinding[];
}
export interface PrivateFinding {
  /**
   * thumbnail: a thumbnail of other proportions than the image, which may show what was cut off.
   */
  kind: 'position' | 'serial' | 'name' | 'face' | 'thumbnail' | 'makernote' | 'prompt';
  /**
   * The places that say it.
   */
  where: string[];
  /**
   * Bytes of all maker notes.
   */
  size?: number;
  /**
   * The group of EXIF_DROP that leaves it out.
   */
  drop: 'gps' | 'serial' | 'owner' | 'faces' | 'thumbnail' | 'makernote' | 'prompt';
}

/**
 * The body of Qiniu Kodo ?exif: the texts that libexif 0.6.24 prints, and the TIFF types.
 */
export type QiniuExif =
  | {
      error: 'no exif data';
    }
  | {
      /**
       * Only an image without EXIF has this member.
       */
      error?: undefined;
      [name: string]:
        | {
            val: string;
            /**
             * The TIFF type: 1 BYTE, 2 ASCII, 3 SHORT, 4 LONG, 5 RATIONAL ...
             */
            type: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 16 | 17 | 18 | 129;
          }
        | undefined;
    };

/**
 * Texts for people. An image without EXIF is an empty object.
 */
export interface ReadableExif {
  /**
   * Camera, focal length, aperture, exposure time and sensitivity, as far as they are known.
   */
  summary?: string;
  /**
   * Latitude and longitude in degrees, accurate to about 10 m.
   */
  position?: string;
  /**
   * Tag name as in `cos` -> its text.
   */
  IFD0?: {
    [name: string]: string;
  };
  /**
   * Tag name as in `cos` -> its text.
   */
  Exif?: {
    [name: string]: string;
  };
  /**
   * Tag name as in `cos` -> its text.
   */
  GPS?: {
    [name: string]: string;
  };
  /**
   * Tag name as in `cos` -> its text.
   */
  Interop?: {
    [name: string]: string;
  };
  /**
   * Tag name as in `cos` -> its text.
   */
  IFD1?: {
    [name: string]: string;
  };
}

/**
 * A message to a sink about the state of an object. A receiver keeps, for each `bucket` and `key`, the message with the greatest `order`; of two with the same order, the one that came later.
 */
export type SinkMessage =
  | {
      /**
       * The idempotency key: the same whenever the same state of the object is sent again. A hash of bucket, key, ETag, order and style.
       */
      id: string;
      /**
       * The object was read.
       */
      type: 'read';
      /**
       * The name of the bucket, as events have it.
       */
      bucket: string;
      /**
       * The key of the object, not encoded.
       */
      key: string;
      /**
       * Grows with each state of an object. About the milliseconds since 1970, but never less than before.
       */
      order: number;
      /**
       * Of the version that was read. Null: not known.
       */
      etag: string | null;
      /**
       * Bytes of the object. Null: not known.
       */
      size: number | null;
      /**
       * When this version was uploaded: ISO 8601, UTC. Null: not known.
       */
      lastModified: string | null;
      /**
       * How the record is written: a style of `?exif`, or `metadata` for the answer to `?metadata`.
       */
      style: 'flat' | 'metadata' | 'cos' | 'typed' | 'readable' | 'oss' | 'obs' | 'qiniu';
      /**
       * The answer in this style. Left out when it is too long for the sink.
       */
      record?: FlatExif | FlatMetadata | CosExif | TypedExif | ReadableExif | OssExif | ObsExif | QiniuExif;
      /**
       * The record was too long for the sink, so its member `tags`, or the whole record, was left out.
       */
      cut?: 'tags' | 'record';
    }
  | {
      /**
       * The idempotency key: the same whenever the same state of the object is sent again. A hash of bucket, key, ETag, order and style.
       */
      id: string;
      /**
       * The object has no record.
       */
      type: 'unreadable';
      /**
       * The name of the bucket, as events have it.
       */
      bucket: string;
      /**
       * The key of the object, not encoded.
       */
      key: string;
      /**
       * Grows with each state of an object. About the milliseconds since 1970, but never less than before.
       */
      order: number;
      /**
       * Of the version that was read. Null: not known.
       */
      etag: string | null;
      /**
       * Bytes of the object. Null: not known.
       */
      size: number | null;
      /**
       * When this version was uploaded: ISO 8601, UTC. Null: not known.
       */
      lastModified: string | null;
      /**
       * Why, such as `NotAnImage`: a code of the error answers.
       */
      code: string;
    }
  | {
      /**
       * The idempotency key: the same whenever the same state of the object is sent again. A hash of bucket, key, ETag, order and style.
       */
      id: string;
      /**
       * The object is gone.
       */
      type: 'removed';
      /**
       * The name of the bucket, as events have it.
       */
      bucket: string;
      /**
       * The key of the object, not encoded.
       */
      key: string;
      /**
       * Grows with each state of an object. About the milliseconds since 1970, but never less than before.
       */
      order: number;
      etag: null;
      size: null;
      lastModified: null;
    };

/**
 * One number, pair or text. Several values, or none, are a list. NULs at the end of a text are removed. NULs inside a text split it into several.
 */
export type TypedValue = TypedNumber | [number, number] | string | TypedNumber[] | [number, number][] | string[];
/**
 * A number. NaN and the infinities of FLOAT and DOUBLE are texts.
 */
export type TypedNumber = number | ('NaN' | 'Infinity' | '-Infinity');

/**
 * Everything that was read of an object, lossless and grouped by IFD, and the values derived from it.
 */
export interface TypedExif {
  /**
   * The container: jpeg, png, webp, heif (AVIF too), jxl, tiff, ...
   */
  format: string;
  /**
   * Bytes of the object.
   */
  size: number;
  /**
   * The ETag that the store sent, with its quotes.
   */
  etag: string | null;
  /**
   * Pixels as coded, before any orientation. Null when the file does not state it.
   */
  width: number | null;
  height: number | null;
  frames: number;
  animated: boolean;
  /**
   * Counting stopped early: there may be more frames.
   */
  moreFrames?: true;
  /**
   * Byte order of the TIFF stream. Null for an image without EXIF.
   */
  byteOrder: 'little' | 'big' | null;
  /**
   * The tags of each IFD, in the order in which they were found. IFD2 is the third IFD of the chain. SubIFD1 is the second SubIFD of IFD0. Raw is an IFD0 that has the camera maker's own tags. Empty for an image without EXIF.
   */
  ifds: {
    [name: string]: TypedTag[];
  };
  /**
   * Damage, and limits that were reached. Each affects only one part. `at` is an offset from the TIFF header.
   */
  warnings: {
    code: 'truncated' | 'loop' | 'limit' | 'bad-entry' | 'bad-type' | 'bad-header';
    at: number;
    detail: string;
  }[];
  derived: TypedDerived;
}
export interface TypedTag {
  id: number;
  /**
   * The name in exiv2. Null when the tag has none.
   */
  name: string | null;
  type:
    | 'BYTE'
    | 'ASCII'
    | 'SHORT'
    | 'LONG'
    | 'RATIONAL'
    | 'SBYTE'
    | 'UNDEFINED'
    | 'SSHORT'
    | 'SLONG'
    | 'SRATIONAL'
    | 'FLOAT'
    | 'DOUBLE'
    | 'IFD'
    | 'LONG8'
    | 'SLONG8'
    | 'IFD8'
    | 'UTF-8';
  /**
   * Number of components as stored; for text, the number of bytes.
   */
  count: number;
  value?: TypedValue;
  /**
   * The character code of the stored text. Absent for ASCII and UTF-8.
   */
  charset?: 'windows-1252' | 'UTF-16LE' | 'UTF-16BE' | 'ISO-2022-JP' | 'EUC-JP' | 'Shift_JIS';
  /**
   * Bytes that are not text.
   */
  base64?: string;
  /**
   * The value was not read, or is too long to be shown.
   */
  omitted?: true;
}
/**
 * Values from the first tag of each name in IFD0, Exif and GPS. A member is absent when its tag is missing or invalid.
 */
export interface TypedDerived {
  /**
   * Degrees. North is positive.
   */
  latitude?: number;
  /**
   * Degrees. East is positive.
   */
  longitude?: number;
  /**
   * Metres above sea level, or above the ellipsoid. Negative below it.
   */
  altitude?: number;
  gpsDateTime?: string;
  /**
   * ISO 8601: the local time at the place of the image, with the fraction as stored and the offset if the tags state one. Without an offset, the time zone is unknown.
   */
  dateTimeOriginal?: string;
  /**
   * ISO 8601: the local time at the place of the image, with the fraction as stored and the offset if the tags state one. Without an offset, the time zone is unknown.
   */
  dateTimeDigitized?: string;
  /**
   * ISO 8601: the local time at the place of the image, with the fraction as stored and the offset if the tags state one. Without an offset, the time zone is unknown.
   */
  dateTime?: string;
  /**
   * Pixels of the upright image.
   */
  width?: number;
  height?: number;
  /**
   * The orientation that applies: the one of the container if it turns the image itself (HEIF, AVIF, JPEG XL), otherwise the tag.
   */
  orientation?: number;
  /**
   * Seconds, from ExposureTime, otherwise from ShutterSpeedValue.
   */
  exposureTime?: number;
  /**
   * From FNumber, otherwise from ApertureValue.
   */
  fNumber?: number;
  iso?: number;
  /**
   * Exposure bias in EV.
   */
  exposureBias?: number;
  /**
   * Focal length in millimetres.
   */
  focalLength?: number;
  /**
   * Focal length in millimetres, converted to 35 mm film.
   */
  focalLength35?: number;
}
