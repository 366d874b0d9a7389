// Texts in the style `typed`: in which code they are, and what becomes of those that are in none.
import { typed } from '../../../../lib/style/typed';
import type { TagEntry } from '../../../../lib/types';
import { concat, latin1, utf8, utf16 } from '../../../../testing/build/bytes';
import { recordOf } from '../../../../testing/fakes/record';

type ShownText = Readonly<{ value?: string | readonly string[]; charset?: string; base64?: string }>;

function textOf(entry: TagEntry, littleEndian = true): string {
  return typed.render(recordOf({ littleEndian, entries: [entry], warnings: [], pages: 1 }));
}

/** What the answer has of a value beside its head. */
function shown(place: string, type: number, value: Uint8Array, littleEndian = true): ShownText {
  const [ifd = '', tag = ''] = place.split(':');
  const entry = { ifd: ifd as TagEntry['ifd'], tag: Number(tag), type, count: value.length, offset: 0, value };
  const { id, name, type: _, count, ...rest } = JSON.parse(textOf(entry, littleEndian)).ifds[ifd][0];
  expect([id, count]).toEqual([Number(tag), value.length]);
  return rest;
}

/** The same of a tag of IFD0 that holds numbers. */
function numbersShown(tag: number, type: number, value: readonly number[], littleEndian: boolean): unknown {
  const entry = { ifd: 'IFD0' as const, tag, type, count: value.length, offset: 0, value };
  const { id, name, type: _, count, ...rest } = JSON.parse(textOf(entry, littleEndian)).ifds.IFD0[0];
  return rest;
}

const make = (value: Uint8Array): ShownText => shown('IFD0:0x010f', 2, value);

describe('ASCII', () => {
  test.each<[string, Uint8Array, ShownText]>([
    ['is text', latin1('Example\0'), { value: 'Example' }],
    ['without a NUL too', latin1('Example'), { value: 'Example' }],
    ['loses the NULs at its end', latin1('Eg\0\0\0'), { value: 'Eg' }],
    ['keeps its blanks', latin1('  Eg  \0'), { value: '  Eg  ' }],
    ['of several texts is a list', latin1('Photographer\0Editor\0'), { value: ['Photographer', 'Editor'] }],
    ['of which the first may be blank', latin1(' \0Editor\0'), { value: [' ', 'Editor'] }],
    ['of nothing is an empty text', new Uint8Array(0), { value: '' }],
    ['of NULs too', latin1('\0\0\0'), { value: '' }],
    ['that is UTF-8 is that', utf8('Zürich 照片 😀\0'), { value: 'Zürich 照片 😀' }],
    ['that holds U+FFFD as UTF-8 is that', utf8('a\ufffdb\0'), { value: 'a\ufffdb' }],
    ['that is cut in a character is not', utf8('Zü').subarray(0, 2), { value: 'ZÃ', charset: 'windows-1252' }],
    ['that is neither is Windows-1252', latin1('it\x92s J\xf6rg\0'), { value: 'it’s Jörg', charset: 'windows-1252' }],
    ['keeps a byte order mark', utf8('\ufeffEg\0'), { value: '\ufeffEg' }],
  ])('%s', (_name, value, expected) => {
    expect(make(value)).toEqual(expected);
  });

  test('every byte comes back', () => {
    const all = Uint8Array.from({ length: 255 }, (_, i) => i + 1);
    const { value, charset } = make(all);
    expect(charset).toBe('windows-1252');
    expect(new Set(value).size).toBe(255);
  });
});

test('type 129 is UTF-8', () => {
  expect(shown('IFD0:0x010f', 129, utf8('Zürich\0'))).toEqual({ value: 'Zürich' });
  expect(shown('IFD0:0x010f', 129, latin1('Z\xfcrich\0'))).toEqual({ value: 'Zürich', charset: 'windows-1252' });
});

describe('hostile text keeps its value, but has no effect where the JSON is displayed', () => {
  const hostile = 'a\u0007\u001b[2J\u007f\u0085\u2028\u202e\u2066\ufeff\u200b\u{e0041}"\\</script>b';

  test('invisible characters are escaped, and parsed back', () => {
    const value = utf8(`${hostile}\0`);
    const text = textOf({ ifd: 'IFD0', tag: 0x010f, type: 2, count: value.length, offset: 0, value });
    expect(text).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
    expect(JSON.parse(text).ifds.IFD0[0].value).toBe(hostile);
  });

  test('so is that of an ETag', () => {
    const record = { ...recordOf(null), stat: { size: 1, etag: '"\u202e\u009b"', lastModified: null } };
    expect(typed.render(record)).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(JSON.parse(typed.render(record)).etag).toBe('"\u202e\u009b"');
  });
});

describe('XP tags are UTF-16 of Windows', () => {
  const xp = (value: Uint8Array, littleEndian = true, type = 1): ShownText =>
    shown('IFD0:0x9c9b', type, value, littleEndian);

  test.each([true, false])('whatever the order of the stream, little %s', (littleEndian) => {
    expect(xp(utf16('Zü 😀\0', true), littleEndian)).toEqual({ value: 'Zü 😀', charset: 'UTF-16LE' });
  });

  test('as UNDEFINED too, without a NUL, with many, with half of one', () => {
    expect(xp(utf16('Zü', true), true, 7)).toEqual({ value: 'Zü', charset: 'UTF-16LE' });
    expect(xp(concat(utf16('Zü\0\0', true), Uint8Array.of(0)))).toEqual({
      value: 'Zü',
      charset: 'UTF-16LE',
    });
    expect(xp(new Uint8Array(0))).toEqual({ value: '', charset: 'UTF-16LE' });
  });

  test('half a character, or half a unit, is not text: its bytes are shown', () => {
    expect(xp(utf16('a\ud83d', true))).toEqual({ value: [97, 0, 61, 216] });
    expect(xp(Uint8Array.of(97, 0, 98))).toEqual({ value: [97, 0, 98] });
    expect(xp(utf16('a\ude00', true), true, 7)).toEqual({ base64: 'YQAA3g==' });
  });

  test.each([true, false])('as SHORT, whose units have the order of the stream, little %s', (littleEndian) => {
    const units = (text: string) => Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
    const charset = littleEndian ? 'UTF-16LE' : 'UTF-16BE';
    for (const tag of [0x9c9b, 0x9c9c, 0x9c9d, 0x9c9e, 0x9c9f]) {
      for (const type of [3, 8]) {
        expect(numbersShown(tag, type, units('Aerial\0'), littleEndian)).toEqual({ value: 'Aerial', charset });
        expect(numbersShown(tag, type, units('京都 😀'), littleEndian)).toEqual({ value: '京都 😀', charset });
        expect(numbersShown(tag, type, units('\ufeffZü\0\0'), littleEndian)).toEqual({ value: 'Zü', charset });
      }
    }
    expect(numbersShown(0x9c9b, 3, [], littleEndian)).toEqual({ value: '', charset });
  });

  test('as SHORT in the order of Windows in a big-endian stream too', () => {
    const swapped = Array.from('Aerial', (letter) => letter.charCodeAt(0) << 8);
    expect(numbersShown(0x9c9b, 3, swapped, false)).toEqual({ value: 'Aerial', charset: 'UTF-16LE' });
  });

  test.each([4, 9])('as LONG, which is a unit or the bytes of two: type %i', (type) => {
    const charset = 'UTF-16LE';
    expect(numbersShown(0x9c9b, type, [0x41, 0xfc, 0], true)).toEqual({ value: 'A\xfc', charset });
    expect(numbersShown(0x9c9b, type, [0x00650041, 0x00690072, 0x006c0061, 0], true)).toEqual({
      value: 'Aerial',
      charset,
    });
    expect(numbersShown(0x9c9b, type, [0x41006500, 0x72006900], false)).toEqual({ value: 'Aeri', charset });
  });

  test('as SHORT that is not text, or as another type: the numbers are shown', () => {
    expect(numbersShown(0x9c9b, 3, [0xd83d, 0x41], true)).toEqual({ value: [0xd83d, 0x41] });
    expect(numbersShown(0x9c9b, 11, [0x41, 0x42], true)).toEqual({ value: [0x41, 0x42] });
    expect(numbersShown(0x9c9a, 3, [0x41, 0x42], true)).toEqual({ value: [0x41, 0x42] });
  });

  test('as ASCII they are UTF-16 or one byte a letter', () => {
    expect(xp(utf16('Aerial\0', true), true, 2)).toEqual({ value: 'Aerial', charset: 'UTF-16LE' });
    expect(xp(latin1('Aerial\0'), true, 2)).toEqual({ value: 'Aerial' });
    expect(xp(latin1('Photographer\0Editor\0'), true, 2)).toEqual({ value: ['Photographer', 'Editor'] });
  });

  test('a stored U+FFFD is kept', () => {
    expect(xp(utf16('a\ufffd', true))).toEqual({ value: 'a\ufffd', charset: 'UTF-16LE' });
  });

  test('the numbers are nothing special in GPS and Interop', () => {
    expect(shown('GPS:0x9c9b', 1, utf16('Zü', true))).toEqual({ value: [90, 0, 252, 0] });
  });
});

describe('comments are in the code that they name', () => {
  const user = (value: Uint8Array, littleEndian = true): ShownText => shown('Exif:0x9286', 7, value, littleEndian);
  const coded = (code: string, text: Uint8Array): Uint8Array => concat(latin1(code), text);

  test.each<[string, Uint8Array, ShownText]>([
    ['ASCII', coded('ASCII\0\0\0', latin1('hi\0\0')), { value: 'hi' }],
    ['ASCII with blanks', coded('ASCII   ', latin1('hi')), { value: 'hi' }],
    ['ASCII that is Latin-1', coded('ASCII\0\0\0', latin1('\xe9')), { value: 'é', charset: 'windows-1252' }],
    ['ASCII, several', coded('ASCII\0\0\0', latin1('a\0b\0')), { value: ['a', 'b'] }],
    ['ASCII of nothing', latin1('ASCII\0\0\0'), { value: '' }],
    [
      'JIS with escapes',
      coded('JIS\0\0\0\0\0', latin1('\x1b$B4A;z\x1b(B\0')),
      { value: '漢字', charset: 'ISO-2022-JP' },
    ],
    ['JIS that is EUC', coded('JIS\0\0\0\0\0', latin1('\xb4\xc1\xbb\xfa')), { value: '漢字', charset: 'EUC-JP' }],
    [
      'JIS that is Shift_JIS',
      coded('JIS\0\0\0\0\0', latin1('\x8a\xbf\x8e\x9a')),
      { value: '漢字', charset: 'Shift_JIS' },
    ],
    ['JIS that is UTF-8', coded('JIS\0\0\0\0\0', utf8('漢字')), { value: '漢字' }],
    ['JIS that is ASCII', coded('JIS\0\0\0\0\0', latin1('hi')), { value: 'hi' }],
    ['JIS that is nothing', coded('JIS\0\0\0\0\0', latin1('\xff\xfe')), { value: 'ÿþ', charset: 'windows-1252' }],
    ['none, ASCII', coded('\0\0\0\0\0\0\0\0', latin1('hi\0\0')), { value: 'hi' }],
    ['none, UTF-8', coded('\0\0\0\0\0\0\0\0', utf8('né')), { value: 'né' }],
    ['none, all blank', coded('        ', latin1('hi')), { value: 'hi' }],
    ['none, bytes', coded('\0\0\0\0\0\0\0\0', latin1('\x01\x02')), { base64: 'AAAAAAAAAAABAg==' }],
    ['no code at all', latin1('Hello world'), { value: 'Hello world' }],
    ['no code, with NULs', latin1('ASCI\0\0\0\0'), { base64: 'QVNDSQAAAAA=' }],
    ['too short for a code', latin1('\0'), { base64: 'AA==' }],
    ['nothing', new Uint8Array(0), { value: '' }],
  ])('%s', (_name, value, expected) => {
    expect(user(value)).toEqual(expected);
  });

  describe('UNICODE is UTF-16', () => {
    const unicode = (text: Uint8Array, littleEndian = true): ShownText => user(coded('UNICODE\0', text), littleEndian);
    const mark = '\ufeff';

    test.each([true, false])('in the order of the stream, little %s', (little) => {
      const charset = little ? 'UTF-16LE' : 'UTF-16BE';
      expect(unicode(utf16('Grüße 照', little), little)).toEqual({ value: 'Grüße 照', charset });
    });

    test('in the order of its mark', () => {
      expect(unicode(utf16(`${mark}Zü`, false), true)).toEqual({ value: 'Zü', charset: 'UTF-16BE' });
      expect(unicode(utf16(`${mark}Zü`, true), false)).toEqual({ value: 'Zü', charset: 'UTF-16LE' });
    });

    test('in the other order, where that is the one of text', () => {
      expect(unicode(utf16('Hello', false), true)).toEqual({ value: 'Hello', charset: 'UTF-16BE' });
      expect(unicode(utf16('Hello', true), false)).toEqual({ value: 'Hello', charset: 'UTF-16LE' });
    });

    test('text that is not valid is decoded as the text it looks like, or shown as bytes', () => {
      expect(unicode(latin1('Hello'))).toEqual({ value: 'Hello' });
      expect(unicode(utf16('\ud83d\u0001', true))).toEqual({ base64: 'VU5JQ09ERQA92AEA' });
    });
  });

  test('those of GPS too, but not the tag of another IFD or type', () => {
    const value = coded('ASCII\0\0\0', latin1('GPS'));
    expect(shown('GPS:27', 7, value)).toEqual({ value: 'GPS' });
    expect(shown('GPS:28', 7, value)).toEqual({ value: 'GPS' });
    expect(shown('IFD0:0x9286', 7, value)).toEqual({ base64: 'QVNDSUkAAABHUFM=' });
    expect(shown('IFD0:0x9286', 2, value)).toEqual({ value: ['ASCII', '', '', 'GPS'] });
  });

  describe.each(['Exif:0x9286', 'GPS:27', 'GPS:28'])('%s', (place) => {
    describe.each([
      ['UNDEFINED', 7],
      ['ASCII', 2],
      ['BYTE', 1],
      ['SBYTE', 6],
      ['UTF-8', 129],
    ])('as %s', (_name, type) => {
      const of = (code: string, text: Uint8Array, little = true): ShownText =>
        shown(place, type, coded(code, text), little);

      test.each(['ASCII\0\0\0', 'ascii\0\0\0', 'Ascii   '])('%j is ASCII', (code) => {
        expect(of(code, latin1('Hello there\0'))).toEqual({ value: 'Hello there' });
      });

      test.each(['UNICODE\0', 'Unicode\0', 'unicode '])('%j is UTF-16 in both orders', (code) => {
        for (const little of [true, false]) {
          const expected = { value: 'Kyōto 京都', charset: little ? 'UTF-16LE' : 'UTF-16BE' };
          expect(of(code, utf16('Kyōto 京都', little), little)).toEqual(expected);
          expect(of(code, utf16('\ufeffKyōto 京都\0', little), !little)).toEqual(expected);
        }
      });

      test('jis is JIS', () => {
        expect(of('jis\0\0\0\0\0', latin1('\x1b$B4A;z\x1b(B'))).toEqual({ value: '漢字', charset: 'ISO-2022-JP' });
      });
    });

    test('text without a code is as it is', () => {
      expect(shown(place, 2, latin1('NETWORK\0'))).toEqual({ value: 'NETWORK' });
      expect(shown(place, 2, latin1('Hello over there\0'))).toEqual({ value: 'Hello over there' });
      expect(shown(place, 2, latin1('        Hello\0'))).toEqual({ value: '        Hello' });
      expect(shown(place, 129, latin1('Asciitext of mine\0'))).toEqual({ value: 'Asciitext of mine' });
      expect(shown(place, 2, latin1('\0\0\0\0\0\0\0\0Hello\0'))).toEqual({ value: 'Hello' });
      expect(shown(place, 1, Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 5))).toEqual({ value: [0, 0, 0, 0, 0, 0, 0, 0, 5] });
    });
  });

  test.each([
    'Hello there!',
    'Hello, world',
    'Test',
    'camera',
    'IMG 12',
    '2024',
    'café au lait, s’il vous plaît',
    'Kyōto 京都',
    '京都市左京',
    'Zürich!',
    '{"a": [1, 2, 3], "b": "~"}',
  ])('UNICODE that is UTF-8, %j', (text) => {
    for (const value of [utf8(text), utf8(`${text}\0`), utf8(`${text}\0\0\0`)])
      for (const little of [true, false]) expect(user(coded('UNICODE\0', value), little)).toEqual({ value: text });
  });

  test.each([
    '京都',
    '照片',
    '一二三四五六七八',
    'A京',
    '北京市海淀区',
    'こんにちは',
    '안녕하세요',
    'Привет',
    'A',
    '你好，世界',
  ])('UNICODE that is UTF-16 stays that, %j', (text) => {
    for (const little of [true, false])
      expect(user(coded('UNICODE\0', utf16(text, little)), little)).toMatchObject({ value: text });
  });
});

describe('versions are digits', () => {
  test.each(['Exif:0x9000', 'Exif:0xa000', 'Interop:2'])('%s', (place) => {
    expect(shown(place, 7, latin1('0232'))).toEqual({ value: '0232' });
    expect(shown(place, 7, latin1('0\x01\x02\xff'))).toEqual({ base64: 'MAEC/w==' });
  });

  test('not elsewhere', () => {
    expect(shown('IFD0:0x9000', 7, latin1('0232'))).toEqual({ base64: 'MDIzMg==' });
  });
});
