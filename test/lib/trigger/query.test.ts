import fc from 'fast-check';
import { encodeQuery, splitQuery } from '../../../lib/trigger/query';
import { platforms, requestOf } from './platforms';

describe('splitQuery', () => {
  test.each([
    ['', []],
    ['exif', [['exif', null]]],
    ['exif=', [['exif', '']]],
    ['a=b=c', [['a', 'b=c']]],
    ['=b', [['', 'b']]],
    ['&&a&', [['a', null]]],
    [
      'b=2&a=1&b=1',
      [
        ['b', '2'],
        ['a', '1'],
        ['b', '1'],
      ],
    ],
    ['a%3Db=%26+%2', [['a%3Db', '%26+%2']]],
    ['exif/style/typed', [['exif/style/typed', null]]],
    [
      '__proto__=1&constructor',
      [
        ['__proto__', '1'],
        ['constructor', null],
      ],
    ],
  ])('%s', (raw, pairs) => {
    expect(splitQuery(raw)).toEqual(pairs);
  });
});

describe('encodeQuery', () => {
  test('encodes all but unreserved characters, in upper case', () => {
    expect(encodeQuery([["aZ09-_.~ !'()*/+&=;%", 'é📷']])).toEqual([
      ['aZ09-_.~%20%21%27%28%29%2A%2F%2B%26%3D%3B%25', '%C3%A9%F0%9F%93%B7'],
    ]);
  });

  test('keeps a bare name bare and an empty value empty', () => {
    expect(
      encodeQuery([
        ['exif', null],
        ['exif', ''],
      ]),
    ).toEqual([
      ['exif', null],
      ['exif', ''],
    ]);
  });

  test('half of a surrogate pair becomes U+FFFD', () => {
    expect(encodeQuery([['\ud83d', 'a\udcf7b']])).toEqual([['%EF%BF%BD', 'a%EF%BF%BDb']]);
  });
});

const rawPair = (name: string, value: string) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;

describe.each(platforms.map((platform) => [platform.sample, platform] as const))('%s', (name, { trigger, present }) => {
  const isRaw = name === 'http-api-2' || name === 'function-url';
  const queryOf = (query: string) => requestOf(trigger, present({ path: '/gps.jpg', query })).query;

  test('none', () => {
    expect(requestOf(trigger, present({ path: '/gps.jpg' })).query).toEqual([]);
  });

  test('bare exif, exif=', () => {
    expect(queryOf('exif')).toEqual([['exif', isRaw ? null : '']]);
    expect(queryOf('exif=')).toEqual([['exif', '']]);
  });

  test('a COS signature', () => {
    const query = 'q-sign-algorithm=sha1&q-key-time=1557989151%3B1557996351&q-header-list=host&exif';
    expect(queryOf(query)).toEqual([
      ['q-sign-algorithm', 'sha1'],
      ['q-key-time', '1557989151%3B1557996351'],
      ['q-header-list', 'host'],
      ['exif', isRaw ? null : ''],
    ]);
  });

  test('repeated parameters stay repeated, but in an ALB without multiple values', () => {
    const expected =
      name === 'alb'
        ? [['a', '1']]
        : [
            ['a', '2'],
            ['a', '1'],
          ];
    expect(queryOf('a=2&a=1')).toEqual(expected);
  });

  test('decoded once it gives the originals back', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 }).filter((value) => !/^\d+$/.test(value));
    const pairs = fc.uniqueArray(fc.tuple(text, fc.string({ unit: 'grapheme' })), {
      minLength: 1,
      selector: ([key]) => key,
    });
    fc.assert(
      fc.property(pairs, (sent) => {
        const got = queryOf(sent.map(([key, value]) => rawPair(key, value)).join('&'));
        expect(got.map(([key, value]) => [decodeURIComponent(key), decodeURIComponent(value ?? '')])).toEqual(sent);
      }),
    );
  });
});
