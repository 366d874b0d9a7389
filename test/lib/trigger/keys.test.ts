// Each trigger gives exactly the key that the client asked for, however its platform presents it.

import fc from 'fast-check';
import type { HttpRequest } from '../../../lib/types';
import { opens, platforms, requestOf } from './platforms';

const keys: readonly (readonly [string, string])[] = [
  ['plain', 'gps.jpg'],
  ['folders', 'a/b/c.jpg'],
  ['space', 'my photo.jpg'],
  ['plus', 'a+b.jpg'],
  ['percent', '100%.jpg'],
  ['percent and digits', '100%25.jpg'],
  ['the three characters %2F', 'a%2Fb.jpg'],
  ['double slash', 'a//b.jpg'],
  ['dot folder', 'a/./b.jpg'],
  ['dot-dot folder', 'a/../b.jpg'],
  ['leading slash', '/a.jpg'],
  ['two leading slashes', '//a.jpg'],
  ['trailing slash', 'a/'],
  ['number sign', 'a#b.jpg'],
  ['ampersand, equals sign', 'a&b=c.jpg'],
  ['semicolon, colon, at sign', 'a;b:c@d.jpg'],
  ["!'()*", "a!'()*.jpg"],
  ['backslash', 'a\\b.jpg'],
  ['braces', '{proxy+}'],
  ['CJK', '照片/图像.jpg'],
  ['emoji', '📷.jpg'],
  ['NFC', 'caf\u00e9.jpg'],
  ['NFD', 'cafe\u0301.jpg'],
  ['control character', 'a\u0001\n.jpg'],
  ['named as the stage', 'prod'],
  ['in a folder named as the stage', 'prod/prod/a.jpg'],
  ['beginning as the stage', 'production.jpg'],
  ['named as the API', 'bucket-exif/a.jpg'],
  ['prototype names', '__proto__/constructor'],
];
const cutByPlatform = new Set(['http-api-1', 'http-api-2']);

/** A path as careful clients send it: all but unreserved characters and the slash encoded. */
const careful = (key: string) =>
  `/${key
    .split('/')
    .map((part) => encodeURIComponent(part).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16)}`))
    .join('/')}`;
/** A path as browsers send it: RFC 3986 pchar left alone. */
const sparing = (key: string) =>
  careful(key).replace(/%(21|24|26|27|28|29|2a|2B|2C|3A|3B|3D|40)/gi, (text) => decodeURIComponent(text));
/** A path with each byte encoded, slashes too. */
const whole = (key: string) =>
  `/${[...new TextEncoder().encode(key)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')}`;

const keyOf = ({ path, pathDecoded }: HttpRequest) => (pathDecoded ? path : decodeURIComponent(path)).slice(1);

describe.each(platforms.map((platform) => [platform.sample, platform] as const))('%s', (name, { trigger, present }) => {
  test.each(keys)('%s', (_name, key) => {
    for (const encode of [careful, sparing, whole]) {
      const event = present({ path: encode(key), query: 'exif' });
      expect(opens(trigger, event)).toBe(true);
      expect(keyOf(requestOf(trigger, event))).toBe(key);
    }
  });

  test(cutByPlatform.has(name) ? 'question mark: cut by the platform, cannot be recovered' : 'question mark', () => {
    const request = requestOf(trigger, present({ path: '/what%3F.jpg', query: 'exif' }));
    expect(keyOf(request)).toBe(cutByPlatform.has(name) ? 'what' : 'what?.jpg');
  });

  test('any key', () => {
    const key = fc.string({ unit: 'grapheme', minLength: 1 });
    fc.assert(
      fc.property(key, (text) => {
        fc.pre(!cutByPlatform.has(name) || !text.includes('?'));
        expect(keyOf(requestOf(trigger, present({ path: careful(text), query: 'exif' })))).toBe(text);
      }),
    );
  });

  test('no key', () => {
    expect(requestOf(trigger, present({ path: '/' })).path).toBe('/');
  });
});
