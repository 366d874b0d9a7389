import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { decodeEntry, decodeEntryBytes, encodeEntry, envelopeFormat, maxEntryBytes } from '../../../lib/cache/envelope';
import { defaultLimits } from '../../../lib/limits';
import { problems } from '../../../lib/problem-table';
import { cos } from '../../../lib/style/cos';
import { tagTypes } from '../../../lib/tiff/type';
import type { CacheEntry, IfdPath, TagEntry, TagValue, Warning } from '../../../lib/types';
import { cpuMsSince } from '../../../testing/compare/cpu-time';
import { readRecord } from '../../../testing/compare/read';
import { bucketOf } from '../../../testing/fakes/counting-bucket';
import { faultEntry, goneEntry, oddTags, orderOf, recordEntry, recordOf, refTo } from './entries';

const ref = refTo('照片/a b.jpg');
const entry = recordEntry(ref, orderOf('0a', 100));

function textOf(one: CacheEntry): string {
  const text = encodeEntry(one);
  if (text === null) throw new Error('an entry was not encoded');
  return text;
}

/** An envelope with a right hash over any text. */
function sealed(payload: string): string {
  const sha256 = createHash('sha256').update(payload).digest('hex');
  return `{"format":${envelopeFormat},"sha256":"${sha256}","entry":${payload}}`;
}

type Json = Record<string, unknown>;
const payloadOf = (one: CacheEntry): Json => JSON.parse(textOf(one)).entry;

describe('the text of an entry', () => {
  test('is one JSON text, of ASCII where the object is', () => {
    const text = textOf(recordEntry(refTo('a.jpg'), orderOf('0a', 100)));
    expect(JSON.parse(text)).toMatchObject({ format: 1, entry: { bucket: 'photos', key: 'a.jpg', kind: 'record' } });
    expect(text).not.toContain('bucketId');
  });

  test.each([entry, faultEntry(ref, orderOf(null, null)), goneEntry(ref, orderOf('0A', 0))])('reads back %#', (one) => {
    expect(decodeEntry(textOf(one), ref)).toStrictEqual(one);
    expect(decodeEntryBytes(new TextEncoder().encode(textOf(one)), ref)).toStrictEqual(one);
  });

  test('reads back whatever the entry', () => {
    fc.assert(
      fc.property(anyEntry(), (one) => {
        expect(decodeEntry(textOf(one), one.ref)).toEqual(one);
      }),
      { numRuns: 100 },
    );
  });

  test('holds the values alone, not what they are views of', () => {
    const whole = new Uint8Array(1000).fill(7);
    const tag = { ifd: 'IFD0', tag: 1, type: 7, count: 3, offset: 0, value: whole.subarray(10, 13) } as const;
    const read = decodeEntry(textOf({ ...entry, content: { kind: 'record', record: recordOf([tag]) } }), ref);
    const value = read?.content.kind === 'record' ? read.content.record.document?.entries[0]?.value : null;
    expect(value).toStrictEqual(Uint8Array.of(7, 7, 7));
    expect((value as Uint8Array).buffer.byteLength).toBe(3);
  });

  test('is null when it is too long', () => {
    const long = { ...entry, revision: 'é'.repeat(maxEntryBytes / 2) };
    expect(encodeEntry(long)).toBeNull();
  });
});

test('real records read back, and are shown alike', async () => {
  const samples = join(__dirname, '..', '..', '..', 'samples');
  const images = readdirSync(samples, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /(jpg|png|tif)$/.test(path),
  );
  expect(images.length).toBeGreaterThan(4);
  for (const path of images) {
    const { bucket } = bucketOf(new Uint8Array(readFileSync(join(samples, path))));
    const deps = { bucket, limits: defaultLimits, dropGroups: [] };
    const ref = refTo(path);
    const record = await readRecord(ref, deps, { requests: 0, bytes: 0 }, AbortSignal.timeout(5000));
    const one: CacheEntry = {
      ref,
      revision: '1',
      order: orderOf(null, 1),
      generation: 7,
      content: { kind: 'record', record },
    };
    const back = decodeEntry(textOf(one), ref);
    expect(back).toEqual(one);
    if (back?.content.kind === 'record') expect(cos.render(back.content.record)).toBe(cos.render(record));
  }
});

test('entries of the first versions read back, with their order', () => {
  const old = JSON.stringify({
    bucket: 'photos',
    key: 'a.jpg',
    maker: '4-a9f4c186',
    lastModified: 1000,
    sequencer: '0a',
    kind: 'gone',
  });
  const hash = createHash('sha256').update(old).digest('hex');
  const ref = refTo('a.jpg');
  expect(decodeEntry(`{"format":1,"sha256":"${hash}","entry":${old}}`, ref)).toEqual({
    ref,
    revision: '4-a9f4c186',
    order: orderOf('0a', 1),
    generation: 0,
    content: { kind: 'gone' },
  });
});

describe('a text that is not an entry', () => {
  const text = textOf(entry);

  test('cut at any length, or with any character changed', () => {
    for (let at = 0; at < text.length; at++) {
      expect(decodeEntry(text.slice(0, at), ref)).toBeNull();
      const changed = String.fromCharCode(text.charCodeAt(at) ^ 1);
      expect(decodeEntry(text.slice(0, at) + changed + text.slice(at + 1), ref)).toBeNull();
    }
  });

  test('of another object or format', () => {
    expect(decodeEntry(text, refTo('照片/a b.jpg', 'other'))).toBeNull();
    expect(decodeEntry(text, refTo('照片/a  b.jpg'))).toBeNull();
    expect(decodeEntry(text.replace('"format":1', '"format":2'), ref)).toBeNull();
  });

  test('sealed, but of any other shape', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), (payload) => {
        expect(decodeEntry(sealed(payload), ref)).toBeNull();
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ['no JSON', '{'],
    ['nested without end', '['.repeat(maxEntryBytes - 200)],
    ['nested to the end', '['.repeat(500_000) + ']'.repeat(500_000)],
    ['a prototype', `{"__proto__":${JSON.stringify(payloadOf(entry))}}`],
    ['members twice, the last ones wrong', JSON.stringify(payloadOf(entry)).replace(/\}$/, ',"kind":1}')],
  ])('sealed, but %s', (_, payload) => {
    expect(decodeEntry(sealed(payload), ref)).toBeNull();
  });

  test('longer than any entry is not looked at', () => {
    const padded = sealed(`${' '.repeat(maxEntryBytes)}${JSON.stringify(payloadOf(entry))}`);
    expect(decodeEntry(padded, ref)).toBeNull();
    expect(decodeEntryBytes(new TextEncoder().encode(padded), ref)).toBeNull();
  });

  const wrong: readonly unknown[] = [
    undefined,
    true,
    -1,
    0.5,
    2 ** 60,
    'x'.repeat(9000),
    [],
    {},
    [[]],
    '\u0000',
    'IFD',
  ];
  test('sealed, with any member of any part replaced by something of another type', () => {
    const base = payloadOf(entry);
    const accepted = new Set<string>();
    for (const path of pathsOf(base)) {
      for (const value of wrong) {
        const read = decodeEntry(sealed(JSON.stringify(replaced(base, path, value))), ref);
        if (read?.content.kind !== 'record') continue;
        // What is read must at least be shown without failing.
        expect(cos.render(read.content.record)).toMatch(/^\{/);
        accepted.add(path.map((name) => (/^\d+$/.test(name) ? 'N' : name)).join('.'));
      }
    }
    // Texts may be any short text, times, generations and floats any number, lists empty, what only some containers state absent.
    const texts = ['maker', 'parser', 'sequencer', 'stat.etag', 'document.warnings.N.N'];
    const numbers = [
      'generation',
      'lastModified',
      'stat.lastModified',
      'shape.width',
      'shape.height',
      'document.entries.N.N.N',
    ];
    const switches = ['shape.animated', 'shape.moreFrames', 'document.littleEndian'];
    const stated = ['format', 'bitDepth', 'dpi', 'dpi.N', 'density', 'density.N', 'orientation'];
    const lists = ['document.entries', 'document.warnings', 'document.entries.N.N'];
    expect([...accepted].sort()).toEqual(
      [
        ...texts,
        ...numbers,
        ...switches,
        ...stated.map((name) => `shape.${name}`),
        ...lists,
        'document.entries.N.N.N.N',
      ].sort(),
    );
  });

  const stated: readonly (readonly [string, unknown])[] = [
    ['format', 'jpeg'],
    ['bitDepth', 8.5],
    ['dpi', [72]],
    ['dpi', [72, 72, 72]],
    ['dpi', [72, null]],
    ['density', [-1, 1]],
    ['density', null],
    ['orientation', 0],
    ['orientation', 9],
  ];
  test.each(stated)('sealed, with a shape whose %s is %p', (name, value) => {
    const base = payloadOf(entry);
    expect(decodeEntry(sealed(JSON.stringify(replaced(base, ['shape', name], undefined))), ref)).not.toBeNull();
    expect(decodeEntry(sealed(JSON.stringify(replaced(base, ['shape', name], value))), ref)).toBeNull();
  });

  const tags: readonly (readonly [string, unknown])[] = [
    ['unknown type', ['IFD0', 1, 99, 1, 0, 'AA==']],
    ['bytes for a number', ['IFD0', 1, 3, 1, 0, 'AA==']],
    ['a number for bytes', ['IFD0', 1, 2, 1, 0, [1]]],
    ['a number for a rational', ['IFD0', 1, 5, 1, 0, [1]]],
    ['a rational for a number', ['IFD0', 1, 3, 1, 0, [[1, 2]]]],
    ['a rational of three', ['IFD0', 1, 5, 1, 0, [[1, 2, 3]]]],
    ['too few', ['IFD0', 1, 3, 2, 0, [1]]],
    ['too many', ['IFD0', 1, 2, 1, 0, 'AAA=']],
    ['a float for an integer', ['IFD0', 1, 3, 1, 0, [0.5]]],
    ['a text for an integer', ['IFD0', 1, 3, 1, 0, ['NaN']]],
    ['another text for a float', ['IFD0', 1, 12, 1, 0, ['toString']]],
    ['no base64', ['IFD0', 1, 2, 1, 0, 'A']],
    ['a tag beyond 16 bits', ['IFD0', 65536, 2, 1, 0, 'AA==']],
    ['a path of no IFD', ['IFD', 1, 2, 1, 0, 'AA==']],
    ['a path with more', ['GPS\n', 1, 2, 1, 0, 'AA==']],
    ['five members', ['IFD0', 1, 2, 1, 0]],
    ['seven members', ['IFD0', 1, 2, 1, 0, 'AA==', 0]],
  ];
  test.each(tags)('sealed, with a tag of %s', (_, tag) => {
    const base = payloadOf(entry);
    const withTags = (entries: unknown) => sealed(JSON.stringify(replaced(base, ['document', 'entries'], entries)));
    expect(decodeEntry(withTags([['IFD0', 1, 2, 1, 0, 'AA==']]), ref)).not.toBeNull();
    expect(decodeEntry(withTags([['IFD0', 1, 2, 1, 0, 'AA=='], tag]), ref)).toBeNull();
  });

  test('the worst content that fits is read in time', () => {
    const tag = JSON.stringify(['Raw', 1, 7, 0, 0, '']);
    const many = Array<string>(Math.floor((maxEntryBytes - 1000) / (tag.length + 1))).fill(tag);
    const json = JSON.stringify(replaced(payloadOf(entry), ['document', 'entries'], 'HERE')).replace(
      '"HERE"',
      `[${many}]`,
    );
    const startedAt = process.cpuUsage();
    decodeEntry(sealed(json), ref);
    expect(cpuMsSince(startedAt)).toBeLessThan(2000);
  });
});

function pathsOf(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [[...path]];
  return [
    ...(path.length > 0 ? [[...path]] : []),
    ...Object.entries(value).flatMap(([name, part]) => pathsOf(part, [...path, name])),
  ];
}

function replaced(value: unknown, [name, ...rest]: readonly string[], by: unknown): unknown {
  if (name === undefined) return by;
  if (Array.isArray(value)) return value.map((part, at) => (String(at) === name ? replaced(part, rest, by) : part));
  const record = value as Json;
  return { ...record, [name]: replaced(record[name], rest, by) };
}

function anyEntry(): fc.Arbitrary<CacheEntry> {
  const text = fc.string({ unit: 'binary', maxLength: 20 });
  const date = fc.option(fc.date({ noInvalidDate: true }));
  const stat = fc.record({ size: fc.maxSafeNat(), etag: fc.option(text), lastModified: date });
  const ref = fc.record({ bucketId: text, bucket: text, key: text });
  const density = fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }).map((size) => size + 0);
  const length = fc.option(density);
  const shape = fc.record(
    {
      width: length,
      height: length,
      frames: fc.maxSafeNat(),
      animated: fc.boolean(),
      moreFrames: fc.constant(true as const),
      format: fc.constantFrom('heic' as const, 'avif' as const),
      bitDepth: fc.maxSafeNat(),
      dpi: fc.tuple(density, density),
      density: fc.tuple(density, density),
      orientation: fc.integer({ min: 1, max: 8 }),
    },
    { requiredKeys: ['width', 'height', 'frames', 'animated'] },
  );
  const codes: Warning['code'][] = ['truncated', 'loop', 'limit', 'bad-entry', 'bad-type'];
  const document = fc.record({
    littleEndian: fc.boolean(),
    entries: fc.array(anyTag(), { maxLength: 6 }),
    warnings: fc.array(fc.record({ code: fc.constantFrom(...codes), at: fc.maxSafeNat(), detail: text }), {
      maxLength: 3,
    }),
    pages: fc.maxSafeNat(),
  });
  const record = fc.record({
    stat,
    parser: text,
    container: fc.constantFrom('jpeg', 'cr3'),
    shape,
    document: fc.option(document),
  });
  const gone: CacheEntry['content'] = { kind: 'gone' };
  const code = fc.constantFrom(...Object.keys(problems));
  return fc
    .record({
      ref,
      revision: text,
      order: fc.record({ lastModified: date, sequencer: fc.option(text) }),
      generation: fc.maxSafeNat(),
      record,
      code,
      stat,
      pick: fc.nat(2),
    })
    .map(({ pick, record: made, code: fault, stat: found, ...rest }) => {
      const content: readonly CacheEntry['content'][] = [
        gone,
        { kind: 'fault', code: fault, stat: found },
        { kind: 'record', record: made },
      ];
      return { ...rest, content: content[pick] ?? gone };
    });
}

function anyTag(): fc.Arbitrary<TagEntry> {
  const ifd = fc.constantFrom<IfdPath>('IFD0', 'IFD255', 'SubIFD1', 'Exif', 'GPS', 'Interop', 'Raw');
  const place = fc.record({ ifd, tag: fc.nat(0xffff), offset: fc.maxSafeNat() });
  return fc
    .constantFrom(...tagTypes.keys())
    .chain((type) =>
      fc
        .tuple(place, fc.option(anyValue(type)))
        .map(([at, value]) => ({ ...at, type, count: value?.length ?? 9, value })),
    );
}

function anyValue(type: number): fc.Arbitrary<Exclude<TagValue, null>> {
  const kind = tagTypes.get(type)?.kind;
  if (kind === 'bytes') return fc.uint8Array({ maxLength: 20 });
  if (kind === 'float') return fc.array(fc.double(), { maxLength: 4 });
  if (kind === 'unsigned') return fc.array(fc.maxSafeNat(), { maxLength: 4 });
  if (kind === 'signed')
    return fc.array(
      fc.maxSafeInteger().map((value) => value + 0),
      { maxLength: 4 },
    );
  return fc.array(fc.tuple(fc.integer(), fc.integer()), { maxLength: 4 });
}

test('the unusual tags have the types they name', () => {
  expect(oddTags.every(({ type }) => tagTypes.has(type))).toBe(true);
});
