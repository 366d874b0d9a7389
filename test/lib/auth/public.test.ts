import { isPublic, parsePublic } from '../../../lib/auth/public';
import { ProblemError } from '../../../lib/problem';

const ref = (bucket: string, key: string) => ({ bucketId: 'b', bucket, key });

test.each([
  ['', 'photos', 'a.jpg', false],
  [' , ', 'photos', 'a.jpg', false],
  ['*', 'photos', 'a.jpg', true],
  ['*', 'photos', '../a.jpg', true],
  ['photos/*', 'photos', 'a/b.jpg', true],
  ['photos/*', 'photos-private', 'a/b.jpg', false],
  ['photos/shared/*', 'photos', 'shared/a.jpg', true],
  ['photos/shared/*', 'photos', 'shared', false],
  ['photos/shared/*', 'photos', 'shared-private/a.jpg', false],
  ['photos/shared/*', 'photos', 'shared/../private/a.jpg', false],
  ['photos/shared/*', 'photos', 'shared//a.jpg', true],
  ['photos/shared/*', 'photos', '/shared/a.jpg', false],
  ['photos/logo.png', 'photos', 'logo.png', true],
  ['photos/logo.png', 'photos', 'logo.png.bak', false],
  ['other/*, photos/a/*', 'photos', 'a/b', true],
  ['photos/a/*, photos/b/*', 'photos', 'a/x', true],
  ['photos/a/*, photos/b/*', 'photos', 'a/../b/x', true],
  ['photos/a/*, photos/b/*', 'photos', 'c/x', false],
  ['other/*', 'photos', 'a/b', false],
])('"%s": %s %s is public: %s', (text, bucket, key, expected) => {
  expect(isPublic(parsePublic(text), ref(bucket, key))).toBe(expected);
});

test.each(['photos', '/', 'photos/', '*/a', 'photos/a*b', 'photos/**', 'pho*/a', 'pho*s/a', '/a', '/a/b', 'photos/a/'])(
  '"%s" is refused',
  (text) => {
    expect(() => parsePublic(text)).toThrow(ProblemError);
  },
);
