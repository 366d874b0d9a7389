// Synthetic records for the volume of an export: no two are equal, and texts repeat as those of real photos do.

/** An object and its answer to `?metadata`, and what a test can add up. */
export type MadeRecord = Readonly<{
  object: Readonly<{
    bucket: string;
    key: string;
    etag: string;
    size: number;
    lastModified: Date;
    order: number;
  }>;
  record: Readonly<Record<string, unknown>>;
}>;

const makes = ['Canon', 'NIKON CORPORATION', 'SONY', 'FUJIFILM', 'Apple', 'samsung', 'Google', 'OM Digital Solutions'];
const places = ['Zürich', '東京', 'São Paulo', 'Reykjavík', 'Kraków'];
const subjects = ['sun', 'sea', 'hill', 'street', 'night', 'portrait', '山', 'bird', 'train', 'snow 😀', 'market'];
const firstDay = Date.UTC(2010, 0, 1);

/** The record with a number. The same number gives the same record. */
export function makeRecord(at: number): MadeRecord {
  const roll = scramble(at);
  const camera = roll % 24;
  const make = makes[camera % makes.length] ?? '';
  const taken = firstDay + (roll % 500_000_000) * 1000 + (at % 1000);
  const local = new Date(taken).toISOString().slice(0, 23);
  const iso = 100 * 2 ** (roll % 8);
  const fNumber = [1.4, 1.8, 2.8, 4, 5.6, 8, 11][roll % 7] ?? 4;
  const isPlaced = roll % 3 !== 0;
  return {
    object: {
      bucket: 'photos',
      key: `${local.slice(0, 4)}/${local.slice(5, 7)}/IMG_${String(at).padStart(8, '0')}.jpg`,
      etag: `"${scramble(at + 1)
        .toString(16)
        .padStart(8, '0')}${roll.toString(16).padStart(8, '0')}"`,
      size: 1_000_000 + (roll % 9_000_000),
      lastModified: new Date(taken + 86_400_000),
      order: 1_700_000_000_000 + at,
    },
    record: {
      ...(roll % 11 === 0 ? { title: `Picture ${at}`, keywords: [subjects[roll % 11], subjects[at % 11]] } : {}),
      ...(roll % 29 === 0 ? { persons: [{ name: `Person ${roll % 500}`, area: {} }, { area: {} }] } : {}),
      ...(roll % 97 === 0 ? { ai: { generated: roll % 2 === 0, source: 'C2PA', sources: [] } } : {}),
      make,
      model: `${make} Model ${camera}`,
      lens: `${24 + camera}-${70 + camera}mm f/${fNumber}`,
      serialNumber: String(100_000 + (roll % 300)),
      software: `Ver.${roll % 4}.0${roll % 9}`,
      takenAt: roll % 5 === 0 ? local : `${local}+0${roll % 9}:00`,
      takenAtSource: 'DateTimeOriginal',
      ...(roll % 5 === 0 ? {} : { offset: `+0${roll % 9}:00`, offsetSource: 'OffsetTimeOriginal' }),
      ...(isPlaced
        ? { latitude: (roll % 180_000) / 1000 - 90, longitude: (at % 360_000) / 1000 - 180, altitude: roll % 3000 }
        : {}),
      ...(isPlaced ? { city: places[roll % places.length] } : {}),
      width: 6000 + camera,
      height: 4000 + camera,
      orientation: 1 + (roll % 8),
      exposureTime: 1 / (1 + (roll % 8000)),
      fNumber,
      iso,
      focalLength: 24 + (roll % 47),
      flash: 'Flash did not fire',
      whiteBalance: 'Auto',
      meteringMode: 'Pattern',
      colorProfile: 'sRGB IEC61966-2.1',
      format: 'jpeg',
      tags: tagsOf(at, roll),
    },
  };
}

/** As many tags as the EXIF of a camera has beside the members. */
function tagsOf(at: number, roll: number): Readonly<Record<string, unknown>> {
  return {
    XResolution: 300,
    YResolution: 300,
    ResolutionUnit: 2,
    YCbCrPositioning: 2,
    ExifVersion: '0232',
    DateTime: new Date(firstDay + (roll % 500_000_000) * 1000).toISOString().slice(0, 19),
    ComponentsConfiguration: [1, 2, 3, 0],
    CompressedBitsPerPixel: 1 + (roll % 100) / 25,
    ShutterSpeedValue: (roll % 10_000) / 1000,
    ApertureValue: (roll % 800) / 100,
    MaxApertureValue: (roll % 40) / 10,
    SubSecTimeOriginal: String(at % 1000).padStart(3, '0'),
    FlashpixVersion: '0100',
    ColorSpace: 1,
    PixelXDimension: 6000,
    PixelYDimension: 4000,
    FocalPlaneXResolution: 5728.2 + (roll % 5),
    FocalPlaneYResolution: 5808.4 + (roll % 5),
    SensingMethod: 2,
    FileSource: 3,
    SceneType: 1,
    CustomRendered: 0,
    ExposureMode: roll % 3,
    DigitalZoomRatio: 1,
    SceneCaptureType: roll % 4,
    LensSpecification: [24, 70, 2.8, 2.8],
    ImageUniqueID: roll.toString(16).padStart(32, '0'),
  };
}

/** A number of 32 bits that has no pattern [Murmur3, the finalizer]. */
function scramble(at: number): number {
  let mixed = Math.imul(at ^ (at >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
