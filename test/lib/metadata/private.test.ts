// exif/private: what an object gives away, and where.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020';
import type { PrivateFindings } from '../../../lib/api/answers';
import { type TagGroup, tagGroups } from '../../../lib/tag/groups';
import { buildJpeg, exifSegment, frameHeader, xmpSegment } from '../../../testing/build/jpeg';
import { buildPng, idat, ihdr, textChunk } from '../../../testing/build/png';
import { secretJpeg, secretPng, secretVideo } from '../../../testing/build/secrets';
import { plainThumbnail, thumbnailTiff } from '../../../testing/build/thumbnail';
import { ascii, buildTiff, type Field, pointer, rational } from '../../../testing/build/tiff';
import { xmpWith } from '../../../testing/build/xmp';
import { answering } from '../../../testing/fakes/answering';

const schema = readFileSync(join(__dirname, '../../../docs/schema/private.schema.json'), 'utf8');
const isValid = new Ajv2020({ strict: true }).compile(JSON.parse(schema));

async function findings(bytes: Uint8Array, dropGroups: readonly TagGroup[] = []): Promise<PrivateFindings> {
  const { status, body, headers } = await answering(
    { bytes, etag: '"1"', lastModified: new Date(0) },
    { dropGroups },
  ).ask({
    query: 'exif/private',
  });
  expect([status, headers['content-type']]).toEqual([200, 'application/json']);
  const answer = JSON.parse(String(body)) as PrivateFindings;
  expect([isValid(answer), isValid.errors]).toEqual([true, null]);
  return answer;
}

const kinds = ({ findings: found }: PrivateFindings): readonly string[] => found.map(({ kind }) => kind);

test('a JPEG with everything', async () => {
  expect(await findings(secretJpeg)).toEqual({
    private: true,
    findings: [
      {
        kind: 'position',
        where: [
          'EXIF GPSLatitude',
          'EXIF GPSLongitude',
          'XMP drone-dji:GpsLatitude',
          'XMP photoshop:City',
          'XMP Iptc4xmpExt:LocationCreated',
          'IPTC 2:90',
        ],
        drop: 'gps',
      },
      {
        kind: 'serial',
        where: [
          'EXIF BodySerialNumber',
          'maker note livePhotoId',
          'maker note burstId',
          'XMP exifEX:BodySerialNumber',
          'XMP drone-dji:DroneSerialNumber',
        ],
        drop: 'serial',
      },
      {
        kind: 'name',
        where: [
          'EXIF Artist',
          'XMP dc:creator',
          'XMP aux:OwnerName',
          'XMP Iptc4xmpCore:CreatorContactInfo',
          'IPTC 2:80',
          'IPTC 2:118',
        ],
        drop: 'owner',
      },
      {
        kind: 'face',
        where: ['XMP Iptc4xmpExt:PersonInImage', 'XMP mwg-rs:Regions', 'XMP MP:RegionInfo'],
        drop: 'faces',
      },
      { kind: 'thumbnail', where: ['EXIF thumbnail'], drop: 'thumbnail' },
      { kind: 'makernote', where: ['EXIF MakerNote'], size: 104, drop: 'makernote' },
      {
        kind: 'prompt',
        where: [
          'EXIF UserComment',
          'XMP dc:description',
          'XMP exif:UserComment',
          'XMP Iptc4xmpExt:AIPromptInformation',
          'IPTC 2:120',
        ],
        drop: 'prompt',
      },
    ],
  });
});

test('a description is a prompt only in a generated picture', async () => {
  const png = (software: string): Uint8Array =>
    buildPng([
      ihdr(3, 2),
      textChunk('tEXt', 'Software', software),
      textChunk('tEXt', 'Description', 'a red fox'),
      idat(),
    ]);
  expect(await findings(png('NovelAI'))).toMatchObject({ findings: [{ kind: 'prompt', where: ['text Description'] }] });
  expect(await findings(png('Example'))).toEqual({ private: false, findings: [] });
});

test('texts of a PNG and of a video', async () => {
  const png = await findings(secretPng);
  expect(png.findings).toContainEqual(
    expect.objectContaining({ kind: 'name', where: expect.arrayContaining(['text Author']) }),
  );
  expect(png.findings).toContainEqual({
    kind: 'prompt',
    where: expect.arrayContaining(['text parameters', 'text workflow']),
    drop: 'prompt',
  });
  const { findings: ofVideo } = await findings(secretVideo);
  expect(ofVideo.map(({ where }) => where.filter((place) => place.startsWith('video ')))).toEqual([
    ['video place'],
    ['video livePhotoId'],
    ['video author'],
    [],
    [],
  ]);
});

test.each([
  ['secretJpeg', secretJpeg],
  ['secretPng', secretPng],
  ['secretVideo', secretVideo],
])('%s: the group of a finding removes it', async (_name, bytes) => {
  for (const { kind, drop } of (await findings(bytes)).findings) {
    expect(kinds(await findings(bytes, [drop]))).not.toContain(kind);
  }
  expect(await findings(bytes, Object.keys(tagGroups) as TagGroup[])).toEqual({ private: false, findings: [] });
});

test('the answer has no name that only the file has', async () => {
  const core = 'xmlns:c="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"';
  const jpeg = buildJpeg([
    xmpSegment(xmpWith(`<c:JaneDoe ${core}>x</c:JaneDoe><c:CiUrlWork ${core}>y</c:CiUrlWork>`)),
    frameHeader(3, 2),
  ]);
  expect((await findings(jpeg)).findings.flatMap(({ where }) => where)).toEqual(['XMP Iptc4xmpCore:CiUrlWork']);
});

test('an image without any of it', async () => {
  const plain = buildJpeg([exifSegment(buildTiff({ fields: [ascii(0x010f, 'Example')] })), frameHeader(3, 2)]);
  expect(await findings(plain)).toEqual({ private: false, findings: [] });
});

const gps = (...fields: Field[]): Field => pointer(0x8825, [{ fields }]);
test.each<readonly [string, readonly Field[], readonly string[]]>([
  ['blank texts', [ascii(0x013b, '   '), ascii(0x8298, '')], []],
  ['a position of 0/0', [gps(ascii(1, 'N'), rational(2, [0, 0], [0, 0], [0, 0]))], []],
  ['a GPS IFD with a time only', [gps(ascii(0x1d, '2026:01:01'))], []],
  ['a position', [gps(ascii(1, 'N'), rational(2, [0, 1], [0, 1], [0, 1]))], ['EXIF GPSLatitude']],
  ['the model as name of the computer', [ascii(0x0110, 'Phone 5'), ascii(0x013c, 'Phone 5')], []],
  ['another name of the computer', [ascii(0x0110, 'Phone 5'), ascii(0x013c, 'anns-computer')], ['EXIF HostComputer']],
])('%s', async (_name, fields, where) => {
  const bytes = buildJpeg([exifSegment(buildTiff({ fields: [...fields] })), frameHeader(3, 2)]);
  expect((await findings(bytes)).findings.flatMap((finding) => finding.where)).toEqual(where);
});

const thumbnail = (width: number, height: number): Uint8Array => buildJpeg([frameHeader(width, height)], 100);
test.each([
  ['the same ratio', thumbnail(256, 192), [4000, 3000], false],
  ['rounded sides', thumbnail(160, 107), [4000, 2667], false],
  ['the same ratio on its side', thumbnail(256, 192), [3000, 4000], false],
  ['a square of it', thumbnail(256, 192), [3000, 3000], true],
  ['a strip of it', thumbnail(256, 192), [4000, 1000], true],
  ['160 x 120 with bars, 3:2', plainThumbnail, [6000, 4000], false],
  ['160 x 120 with bars, 16:9', plainThumbnail, [4000, 2250], false],
  ['160 x 120 with bars, on its side', thumbnail(120, 160), [2000, 3000], false],
  ['160 x 120, and no ratio of a camera', plainThumbnail, [4000, 1000], true],
  ['a thumbnail that is damaged', new Uint8Array(50), [4000, 1000], false],
] as const)('a thumbnail with %s', async (_name, jpeg, [width, height], isOther) => {
  const bytes = buildJpeg([exifSegment(thumbnailTiff(jpeg)), frameHeader(width, height)]);
  expect(kinds(await findings(bytes)).includes('thumbnail')).toBe(isOther);
});

test('a JPEG with its blocks in its head takes one read', async () => {
  const { ask } = answering({ bytes: secretJpeg, etag: '"1"', lastModified: new Date(0) });
  expect(await ask({ query: 'exif/private' })).toMatchObject({ status: 200, reads: 1 });
  expect(await ask({ query: 'exif/private/style/flat' })).toMatchObject({ status: 400 });
});
