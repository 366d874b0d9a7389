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
