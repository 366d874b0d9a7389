import { readConfig } from '../../../service/config/config';
import { startWarnings } from '../../../service/config/start-warnings';

describe('a warning that EXIF_READ_AHEAD=latency has no effect', () => {
  const folder = { EXIF_BUCKET: './samples' };
  const withStore = { EXIF_BUCKET: './samples', EXIF_HOSTS: 'a.example=s3://photos?region=eu-west-1' };

  test.each([
    ['appears when all buckets are folders', { ...folder, EXIF_READ_AHEAD: 'latency' }, 1],
    ['does not appear with a bucket of a store', { ...withStore, EXIF_READ_AHEAD: 'latency' }, 0],
    ['does not appear without that setting', folder, 0],
  ])('%s', (_name, env, count) => {
    const warnings = startWarnings(readConfig({ EXIF_PUBLIC: '*', ...env }), false);
    expect(warnings).toHaveLength(count);
    for (const text of warnings) expect(text).toMatch(/^EXIF_READ_AHEAD=latency has no effect/);
  });
});

test('a warning that a server sends nothing to sinks', () => {
  const sink = { EXIF_CACHE: 'dynamodb://exif', EXIF_SINK: 'eventbridge:images', AWS_REGION: 'eu-west-1' };
  const config = readConfig({ EXIF_BUCKET: 's3://photos', EXIF_PUBLIC: '*', ...sink });
  expect(startWarnings(config, true)).toEqual([expect.stringMatching(/^EXIF_SINK has no effect here/)]);
  expect(startWarnings(config, false)).toEqual([]);
});
