// Files that were made to cost much: answers about their metadata stay within the limits on requests, bytes and length.
import { defaultLimits, maxAnswerBytes } from '../../../lib/limits';
import { maxPreviewBytes } from '../../../lib/read/previews/limits';
import { metadataBombs } from '../../../testing/build/metadata-bombs';
import { answering } from '../../../testing/fakes/answering';

const queries: readonly (readonly [query: string, mostRead: number, longest: number])[] = [
  ['metadata', defaultLimits.readBytes, maxAnswerBytes],
  ['metadata/style/typed', defaultLimits.readBytes, maxAnswerBytes],
  ['exif/private', defaultLimits.readBytes, maxAnswerBytes],
  ['exif/preview', defaultLimits.readBytes + maxPreviewBytes, maxPreviewBytes],
];

test.each(Object.entries(metadataBombs))('%s', async (_, build) => {
  const bytes = build();
  for (const [query, mostRead, longest] of queries) {
    const { ask, counting } = answering({ bytes, etag: '"v1"' });
    const { status, body } = await ask({ query });
    expect(status).not.toBe(500);
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(longest);
    expect(counting.requests.length).toBeLessThanOrEqual(defaultLimits.requests);
    expect(counting.bytes()).toBeLessThanOrEqual(mostRead);
  }
});
