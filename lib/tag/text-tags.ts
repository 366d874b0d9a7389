// Tags whose value is text by the standard. It is then text whatever type it is stored as [EXIF 3.0 4.6.4 to 4.6.8].

import type { IfdPath } from '../types';
import { GpsTag, Tag } from './ids';

/** Tags of IFD0, the Exif IFD and IFD1. */
const imageTexts: ReadonlySet<number> = new Set([
  Tag.DocumentName,
  Tag.ImageDescription,
  Tag.Make,
  Tag.Model,
  Tag.PageName,
  Tag.Software,
  Tag.DateTime,
  Tag.Artist,
  Tag.HostComputer,
  Tag.Copyright,
  Tag.SpectralSensitivity,
  Tag.DateTimeOriginal,
  Tag.DateTimeDigitized,
  Tag.OffsetTime,
  Tag.OffsetTimeOriginal,
  Tag.OffsetTimeDigitized,
  Tag.SubSecTime,
  Tag.SubSecTimeOriginal,
  Tag.SubSecTimeDigitized,
  Tag.RelatedSoundFile,
  Tag.ImageUniqueID,
  Tag.CameraOwnerName,
  Tag.BodySerialNumber,
  Tag.LensMake,
  Tag.LensModel,
  Tag.LensSerialNumber,
  Tag.UniqueCameraModel,
]);
const gpsTexts: ReadonlySet<number> = new Set([
  GpsTag.GPSLatitudeRef,
  GpsTag.GPSLongitudeRef,
  GpsTag.GPSSatellites,
  GpsTag.GPSStatus,
  GpsTag.GPSMeasureMode,
  GpsTag.GPSSpeedRef,
  GpsTag.GPSTrackRef,
  GpsTag.GPSImgDirectionRef,
  GpsTag.GPSMapDatum,
  GpsTag.GPSDestLatitudeRef,
  GpsTag.GPSDestLongitudeRef,
  GpsTag.GPSDestBearingRef,
  GpsTag.GPSDestDistanceRef,
  GpsTag.GPSDateStamp,
]);

/** Whether the standard says that the value of `tag` is text. */
export function isTextTag(ifd: IfdPath, tag: number): boolean {
  if (ifd === 'GPS') return gpsTexts.has(tag);
  return ifd !== 'Interop' && ifd !== 'Raw' && imageTexts.has(tag);
}
