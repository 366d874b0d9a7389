// What was typed, and what is asked for.
import { readFragment, readTarget, toFragment, toTyped, withoutKey } from '../../page/object-address';

const base = 'https://exif.example:9000/stage/';

test.each([
  ['gps.jpg', 'gps.jpg', '/stage/gps.jpg'],
  ['/gps.jpg', 'gps.jpg', '/stage/gps.jpg'],
  ['reise/Zürich 1+1.jpg', 'reise/Zürich 1+1.jpg', '/stage/reise/Z%C3%BCrich%201%2B1.jpg'],
  ['50%.jpg?exif#x', '50%.jpg?exif#x', '/stage/50%25.jpg%3Fexif%23x'],
  [`${base}a%2Bb/c.jpg?exif`, 'a+b/c.jpg', '/stage/a%2Bb/c.jpg'],
  [`${base}c.jpg?exif/style/typed`, 'c.jpg', '/stage/c.jpg'],
  [`${base}c.jpg?metadata/style/typed`, 'c.jpg', '/stage/c.jpg'],
  [`${base}c.jpg`, 'c.jpg', '/stage/c.jpg'],
])('%s is the key %s', (text, key, path) => {
  expect(readTarget(text, base)).toEqual({ key, path, query: null });
});

test('an address with a signature is requested unchanged', () => {
  const query = 'exif&q-sign-algorithm=sha1&q-ak=id&q-signature=0';
  expect(readTarget(`${base}a%20b.jpg?${query}`, base)).toEqual({ key: 'a b.jpg', path: '/stage/a%20b.jpg', query });
});

test.each([
  ['', 'Type the key'],
  ['   ', 'Type the key'],
  ['https://elsewhere.example/a.jpg?exif', 'can request pictures only from'],
  ['http://exif.example:9000/stage/a.jpg', 'can request pictures only from'],
  ['https://exif.example:9000/other/a.jpg', 'can request pictures only from'],
  ['https://', 'not a valid address'],
  [base, 'has no object key'],
  [`${base}%ff`, 'not percent-encoded UTF-8'],
  ['a/../b', '. or ..'],
  ['./a', '. or ..'],
  ['a\ud800', 'half of a character'],
])('%j is refused', (text, reason) => {
  expect(readTarget(text, base)).toEqual({ refused: expect.stringContaining(reason) });
});

test('a fragment may have a key and a credential; the new fragment has only the key', () => {
  expect(readFragment('#id=local&secret=00ff&key=reise%2FZ%C3%BCrich%201%2B1.jpg')).toEqual({
    credential: { id: 'local', secret: '00ff' },
    key: 'reise/Zürich 1+1.jpg',
    samples: [],
  });
  expect(readFragment('#secret=00ff')).toEqual({ credential: null, key: null, samples: [] });
  expect(readFragment('')).toEqual({ credential: null, key: null, samples: [] });
  const key = 'a&b=c#d/é+ .jpg';
  expect(readFragment(toFragment(key))).toEqual({ credential: null, key, samples: [] });
});

test('a fragment may offer a limited number of keys', () => {
  expect(readFragment('#key=a&sample=a&sample=b%26c%2F%C3%BC.jpg&sample=').samples).toEqual(['a', 'b&c/ü.jpg']);
  expect(readFragment(`#${'&sample=a'.repeat(1000)}`).samples).toHaveLength(24);
});

test.each(['gps.jpg', '/gps.jpg', '//a', ' ', ' a ', `${base}c.jpg?exif`, ' HTTPS://a/b', 'é/+'])(
  '%j is read as it was when it is shown as typed',
  (key) => {
    expect(readTarget(toTyped(key), base)).toMatchObject({ key, query: null });
  },
);

test.each([
  ['', ''],
  ['#key=gps.jpg', ''],
  ['#a=%20+&key=b/c%26d.jpg&e', '#a=%20+&e'],
  ['#%6bey=a&key', ''],
  ['#keys=a&b=key', '#keys=a&b=key'],
])('the address %s without its key is %j', (fragment, rest) => {
  expect(withoutKey(fragment)).toBe(rest);
});
