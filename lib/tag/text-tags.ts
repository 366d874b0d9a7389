// Tags whose value is text by the standard, so that it is text whatever type it is stored as [EXIF 3.0 4.6.4 to 4.6.8].
import type { IfdPath } from '../types';

/** Of IFD0, the Exif IFD and the thumbnail's IFD. */
const imageTexts: ReadonlySet<number> = new Set([
  0x010d, // DocumentName
  0x010e, // ImageDescription
  0x010f, // Make
  0x0110, // Model
  0x011d, // PageName
  0x0131, // Software
  0x0132, // DateTime
  0x013b, // Artist
  0x013c, // HostComputer
  0x8298, // Copyright
  0x8824, // SpectralSensitivity
  0x9003, // DateTimeOriginal
  0x9004, // DateTimeDigitized
  0x9010, // OffsetTime
  0x9011, // OffsetTimeOriginal
  0x9012, // OffsetTimeDigitized
  0x9290, // SubSecTime
  0x9291, // SubSecTimeOriginal
  0x9292, // SubSecTimeDigitized
  0xa004, // RelatedSoundFile
  0xa420, // ImageUniqueID
  0xa430, // CameraOwnerName
  0xa431, // BodySerialNumber
  0xa433, // LensMake
  0xa434, // LensModel
  0xa435, // LensSerialNumber
  0xc614, // UniqueCameraModel
]);
const gpsTexts: ReadonlySet<number> = new Set([
  0x01, // GPSLatitudeRef
  0x03, // GPSLongitudeRef
  0x08, // GPSSatellites
  0x09, // GPSStatus
  0x0a, // GPSMeasureMode
  0x0c, // GPSSpeedRef
  0x0e, // GPSTrackRef
  0x10, // GPSImgDirectionRef
  0x12, // GPSMapDatum
  0x13, // GPSDestLatitudeRef
  0x15, // GPSDestLongitudeRef
  0x17, // GPSDestBearingRef
  0x19, // GPSDestDistanceRef
  0x1d, // GPSDateStamp
]);

/** Whether the standard says that the value of `tag` is text. */
export function isTextTag(ifd: IfdPath, tag: number): boolean {
  if (ifd === 'GPS') return gpsTexts.has(tag);
  return ifd !== 'Interop' && ifd !== 'Raw' && imageTexts.has(tag);
}
