// What EXIF_DROP leaves out of a video.
import { dropVideo } from '../../../lib/metadata/drop';
import type { TagGroup } from '../../../lib/tag/groups';
import { buildMp4, keysMeta, smallMoov } from '../../../testing/build/video';
import { videoOf } from '../../../testing/compare/video';
import { answering } from '../../../testing/fakes/answering';

const apple = (name: string) => `com.apple.quicktime.${name}`;
const bytes = buildMp4(
  'qt  ',
  smallMoov(
    keysMeta([
      [apple('make'), 'Apple'],
      [apple('creationdate'), '2026-06-01T12:34:56+0200'],
      [apple('location.ISO6709'), '+49.1989+016.6071+222.469/'],
      [apple('content.identifier'), 'ID-1'],
      [apple('author'), 'Somebody'],
      [apple('copyright'), 'Somebody, too'],
      ['org.example.unknown', 'anything'],
    ]),
  ),
);
const names = {
  place: apple('location.ISO6709'),
  make: apple('make'),
  time: apple('creationdate'),
  id: apple('content.identifier'),
};
const owners = [apple('author'), apple('copyright')];

test.each<[readonly TagGroup[], object, readonly string[]]>([
  [
    ['gps'],
    { latitude: null, longitude: null, altitude: null, livePhotoId: 'ID-1', author: 'Somebody' },
    [names.make, names.time, names.id, ...owners],
  ],
  [
    ['serial'],
    { latitude: 49.1989, livePhotoId: null, author: 'Somebody' },
    [names.make, names.time, names.place, ...owners],
  ],
  [
    ['owner'],
    { latitude: 49.1989, livePhotoId: 'ID-1', author: null, copyright: null },
    [names.make, names.time, names.place, names.id],
  ],
  [
    ['makernote'],
    { latitude: 49.1989, livePhotoId: 'ID-1', author: 'Somebody' },
    [names.make, names.time, names.place, names.id, ...owners],
  ],
  [
    ['gps', 'serial', 'owner'],
    { make: 'Apple', latitude: null, livePhotoId: null, author: null },
    [names.make, names.time],
  ],
])('%s', async (groups, answers, texts) => {
  const dropped = dropVideo(await videoOf(bytes), groups);
  expect(dropped).toMatchObject({ ...answers, createdAt: { text: '2026-06-01T12:34:56+02:00' } });
  expect(dropped.texts.map(({ name }) => name)).toEqual(texts);
});

test('the answer to a request lacks what is dropped', async () => {
  const { ask } = answering(
    { bytes, etag: null, lastModified: new Date(0) },
    { dropGroups: ['gps', 'serial', 'owner'] },
  );
  for (const query of ['metadata', 'metadata/style/typed']) {
    const { status, body } = await ask({ query });
    expect([status, /Apple/.test(String(body))]).toEqual([200, true]);
    expect(body).not.toMatch(/49\.19|16\.60|ID-1|Somebody|anything/);
  }
});
