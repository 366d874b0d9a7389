// Made-up rows of a table: a photo library as a company may have it, and rows that try to break what shows them.
import type { Row } from '../../lib/table/columns';
import { seededRandom } from '../random/seeded';

const cameras = [
  ['Apple', 'iPhone 15 Pro', 'iPhone 15 Pro back triple camera 6.765mm f/1.78'],
  ['Apple', 'iPhone 12', 'iPhone 12 back dual wide camera 4.2mm f/1.6'],
  ['Canon', 'Canon EOS R5', 'RF24-70mm F2.8 L IS USM'],
  ['Canon', 'Canon EOS R5', 'RF70-200mm F2.8 L IS USM'],
  ['NIKON CORPORATION', 'NIKON D850', 'AF-S NIKKOR 24-70mm f/2.8E ED VR'],
  ['SONY', 'ILCE-7M4', 'FE 35mm F1.8'],
  ['FUJIFILM', 'X-T5', 'XF16-55mmF2.8 R LM WR'],
  ['samsung', 'SM-S918B', null],
  ['DJI', 'FC3582', null],
  ['Google', 'Pixel 8', 'Pixel 8 back camera 6.9mm f/1.68'],
  ['OLYMPUS IMAGING CORP.', 'E-M1MarkII', 'OLYMPUS M.12-40mm F2.8'],
  ['Panasonic', 'DC-GH6', 'LEICA DG 12-60/F2.8-4.0'],
] as const;
const cities = [
  ['Berlin', 52.52, 13.4, 9],
  ['München', 48.14, 11.58, 6],
  ['Paris', 48.86, 2.35, 5],
  ['London', 51.5, -0.12, 4],
  ['New York', 40.71, -74.0, 4],
  ['東京', 35.68, 139.69, 4],
  ['深圳', 22.54, 114.06, 3],
  ['São Paulo', -23.55, -46.63, 2],
  ['Nairobi', -1.29, 36.82, 1],
  ['Sydney', -33.87, 151.21, 2],
  ['Reykjavík', 64.15, -21.94, 1],
  ['San Francisco', 37.77, -122.42, 3],
] as const;
const sizes = [
  [4032, 3024],
  [8192, 5464],
  [8256, 5504],
  [6000, 4000],
  [1920, 1080],
  [640, 480],
] as const;
const kinds = ['position', 'serial', 'name', 'face', 'makernote', 'thumbnail', 'prompt'];
const codes = ['NotAnImage', 'NotAnImage', 'NotAnImage', 'DamagedImage', 'EmptyObject', 'InvalidObjectState'];
const hour = 3_600_000;

/** So many rows; the same for the same seed. */
export function* libraryRows(size: number, seed = 1): Generator<Row> {
  const random = seededRandom(seed);
  const places = cities.flatMap((city) => Array.from({ length: city[3] }, () => city));
  for (let at = 0; at < size; at++) {
    const object = {
      bucket: 'photos',
      key: `${2015 + (at % 11)}/${String(at % 97).padStart(2, '0')}/IMG_${String(at).padStart(7, '0')}.jpg`,
      etag: `"${random.below(2 ** 30).toString(16)}"`,
      size: 200_000 + random.below(9_000_000) + (random.chance(0.05) ? 40_000_000 : 0),
      last_modified: Date.UTC(2026, 0, 1) + random.below(1_000_000) * 1000,
      state_order: 1 + at,
    };
    if (random.chance(0.012)) {
      yield { ...object, error: random.pick(codes) };
      continue;
    }
    const [make, model, lens] = random.chance(0.04)
      ? (['Maker', `Model ${random.below(400)}`, `Lens ${random.below(700)} mm`] as const)
      : random.pick(cameras.slice(0, 1 + random.below(cameras.length)));
    const [city, latitude, longitude] = random.pick(places);
    const [width, height] = random.pick(sizes);
    const isLocated = random.chance(0.62);
    const local = takenAt(random.below);
    const isDated = random.chance(0.97);
    const isAi = random.chance(0.03);
    const spread = random.chance(0.2) ? 6 : 0.4;
    const shift = (): number => ((random.below(2000) - 1000) / 1000) * spread;
    const isNamed = random.chance(0.96);
    const isVideo = random.chance(0.05);
    const hasOffset = random.chance(0.7);
    yield {
      ...object,
      format: isVideo
        ? 'mp4'
        : random.pick(['jpeg', 'jpeg', 'jpeg', 'jpeg', 'heic', 'heic', 'cr3', 'nef', 'png', 'webp', 'avif']),
      width,
      height,
      taken_at: isDated && hasOffset ? local - 2 * hour : null,
      taken_at_local: isDated ? local : null,
      utc_offset: isDated && hasOffset ? '+02:00' : null,
      latitude: isLocated ? latitude + shift() : null,
      longitude: isLocated ? longitude + shift() : null,
      city: isLocated && spread < 1 ? city : null,
      make: isNamed ? make : null,
      model: isNamed ? model : null,
      lens: isNamed ? lens : null,
      duration: isVideo ? random.below(600) : null,
      faces: random.chance(0.1) ? 1 + random.below(4) : null,
      ai_generated: isAi ? random.chance(0.9) : null,
      ai_source: isAi ? random.pick(['C2PA', 'C2PA', 'IPTC DigitalSourceType', 'GB 45438', 'generator text']) : null,
      gives_away: kinds.filter((kind, index) => (kind === 'position' ? isLocated : random.chance(0.4 / (1 + index)))),
      live_photo_id: random.chance(0.1) ? `live-${at}` : null,
      keywords: random.chance(0.2) ? ['travel', 'event'] : null,
      tags: { ColorSpace: 'sRGB', Artist: 'A. Person' },
    };
  }
}

/** More in later years, in summer, and in daylight. */
function takenAt(below: (end: number) => number): number {
  const year = 2026 - Math.floor(Math.sqrt(below(130)));
  const month = Math.floor((below(12) + below(12)) / 2);
  const hours = Math.floor((below(24) + below(24) + below(24)) / 3);
  return Date.UTC(year, month, 1 + below(28), hours + 2, below(60), below(60));
}

const hostileTexts = [
  '<script>document.title="owned"</script>',
  '"><img src=x onerror="document.title=\'owned\'">',
  "'><svg onload=alert(1)>",
  '</style><script>alert(1)</script>',
  '</title></head><body onload=alert(1)>',
  '\u202eevil\u202c \u2066isolated',
  '\ud800 lone \udfff',
  `${'very long '.repeat(2000)}end`,
  'W'.repeat(5000),
  'line\nbreak\ttab\u0000nul\u001b[31m',
  `Z${'\u0300\u0301\u0302'.repeat(300)}algo`,
  'עברית and العربية',
  '&lt;b&gt; &amp; ]]> <!-- --> {{y}} `z`',
  'javascript:alert(1)',
  '__proto__',
  'constructor',
  '',
];

/** Rows in which every text is hostile. */
export function hostileRows(): Row[] {
  return hostileTexts.flatMap((text, at) => [
    {
      bucket: text,
      key: text,
      size: at === 0 ? -1 : at === 1 ? Number.NaN : 2 ** 52,
      format: text,
      width: 2 ** 31 - 1,
      height: 2 ** 31 - 1,
      taken_at_local: at % 2 === 0 ? 8.64e15 : -8.64e15,
      latitude: at === 3 ? 91 : 90 - at,
      longitude: at === 3 ? 0 : 180 - at,
      city: text,
      make: text,
      model: text,
      lens: text,
      ai_generated: true,
      ai_source: text,
      gives_away: [text, text],
    },
    { bucket: text, key: text, size: 1, error: text },
    { bucket: text, key: text, size: 1, error: 'NotAnImage' },
  ]);
}
