import { dictionaryOf } from '../../../check/fuzz/dictionary';
import { mutate } from '../../../check/fuzz/mutate';
import { mutateJson } from '../../../check/fuzz/mutate-json';
import { repairChecksums } from '../../../check/fuzz/png-checksums';
import type { InputKind, Target } from '../../../check/fuzz/target';
import { fixtures, tiffBytes } from '../../../testing/build/containers';
import { buildPng, exifChunk, idat, iend, ihdr } from '../../../testing/build/png';
import { seededRandom } from '../../../testing/random/seeded';

const text = (value: string) => new Uint8Array(Buffer.from(value));
const inputs: Readonly<Record<InputKind, readonly Uint8Array[]>> = {
  file: [new Uint8Array(0), Uint8Array.of(1), tiffBytes, ...Object.values(fixtures['heif'] ?? {})],
  text: [new Uint8Array(0), text('GET /a%20b?exif&x=1\nhost: example.com'), text('\ud83d\ude00')],
  json: [new Uint8Array(0), text('{"a":[1,{"b":"c"}],"d":null}'), text('[]'), text('"x"'), text('{"__proto__":1}')],
};
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const dictionary = dictionaryOf(['Exif', 'II*\0', 'Версия'], [0x8769, 1.5, 2 ** 40]);

/** The changed inputs, a character a byte. */
function changes(kind: InputKind, seed: number, count: number): readonly string[] {
  const random = seededRandom(seed);
  const target: Target = {
    name: kind,
    kind,
    weight: 1,
    maxLength: 700,
    seeds: () => [],
    run: async () => [],
    examine: async () => [],
  };
  return Array.from({ length: count }, () => {
    const [input, other] = [random.pick(inputs[kind]), random.pick(inputs[kind])];
    const before = [textOf(input), textOf(other)];
    const changed = mutate(target, input, { random, dictionary, other, maxLength: target.maxLength });
    expect([textOf(input), textOf(other)]).toEqual(before);
    expect(changed.length).toBeLessThanOrEqual(target.maxLength);
    return textOf(changed);
  });
}

test.each<InputKind>(['file', 'text', 'json'])(
  '%s: changes are many, short enough, and the same for a seed',
  (kind) => {
    const first = changes(kind, 1, 600);
    expect(new Set(first).size).toBeGreaterThan(150);
    expect(changes(kind, 1, 600)).toEqual(first);
    expect(changes(kind, 2, 600)).not.toEqual(first);
  },
);

test('changed documents are still JSON for the most part', () => {
  const isJson = (input: string): boolean => {
    try {
      JSON.parse(Buffer.from(input, 'latin1').toString());
      return true;
    } catch {
      return false;
    }
  };
  expect(changes('json', 1, 600).filter(isJson).length).toBeGreaterThan(300);
});

test('what is put into one document is not changed with it for the next', () => {
  const run = (): readonly string[] => {
    const random = seededRandom(1);
    const input = text('[0]');
    const around = { random, dictionary, other: input, maxLength: 300 };
    return Array.from({ length: 12_000 }, () => Buffer.from(mutateJson(input, around)).toString());
  };
  const [first, second] = [run(), run()];
  expect(second).toEqual(first);
});

test('checksums of a PNG are made right', () => {
  const png = buildPng([ihdr(3, 2), exifChunk(tiffBytes), idat(), iend]);
  const wrong = png.slice();
  wrong[29] = (wrong[29] ?? 0) ^ 1;
  wrong[wrong.length - 1] = 0;
  expect(repairChecksums(wrong)).toEqual(png);
  expect(repairChecksums(png.subarray(0, 40))).toEqual(png.subarray(0, 40));
});

test('the dictionary has whole numbers in both byte orders, and texts as bytes where they are bytes', () => {
  const pieces = new Set(dictionary.bytes.map((piece) => piece.join()));
  expect(pieces).toContain('135,105');
  expect(pieces).toContain('105,135,0,0');
  expect(pieces).toContain('73,73,42,0');
  expect(dictionary.texts).toContain('Версия');
});
