// Targets of the parsers of small metadata blocks: whatever the bytes are, what is read is sound and within the limits.
import { parseIcc } from '../../lib/block/icc';
import { parseIptc } from '../../lib/block/iptc';
import { iccStartBytes, maxIptcDatasets, maxMpfImages } from '../../lib/block/limits';
import { parseMpf } from '../../lib/block/mpf';
import { memoryReader } from '../../lib/bytes/reader';
import { readMakerNote } from '../../lib/maker-note';
import { ProblemError } from '../../lib/problem';
import { readStreams } from '../../lib/tiff/document';
import { streamWithNote } from '../../testing/build/maker-note';
import {
  buildIcc,
  buildMpf,
  dataset,
  iccDescription,
  iccText,
  iccTranslations,
} from '../../testing/build/small-blocks';
import { ascii, rational, short } from '../../testing/build/tiff';
import type { Check, Target } from './target';

/** The targets of IPTC-IIM, ICC profiles, MPF indexes and maker notes. */
export function blockTargets(): readonly Target[] {
  return [
    block('iptc', judgeIptc, [
      Uint8Array.of(...dataset(1, 90, '\x1b%G'), ...dataset(2, 5, 'Title'), ...dataset(2, 120, 'Über', 4)),
      Uint8Array.of(...dataset(2, 25, Uint8Array.of(0xe9)), ...dataset(2, 55, '20240501'), 0, 0),
      dataset(2, 200, Uint8Array.of(0, 1)),
    ]),
    block('icc', judgeIcc, [
      buildIcc([
        { signature: 'desc', value: iccDescription('Display P3') },
        { signature: 'cprt', value: iccText('Public domain') },
      ]),
      buildIcc([{ signature: 'desc', value: iccTranslations({ deDE: 'Grau', enUS: 'Grey' }) }]),
    ]),
    block('mpf', judgeMpf, [
      buildMpf([
        [0x20030000, 100, 0],
        [0x010001, 50, 200],
      ]),
      buildMpf([[0x40050000, 1, 2]], true),
    ]),
    block('maker-note', judgeNote, noteSeeds),
  ];
}

function block(name: string, judge: (input: Uint8Array) => unknown, seeds: readonly Uint8Array[]): Target {
  const check: Check = async (input) => {
    const before = input.slice();
    const result = await judge(input);
    const isChanged = Buffer.compare(before, input) !== 0;
    return [...judgeTexts(result), ...(isChanged ? ['the bytes that were read were changed'] : [])];
  };
  return { name, kind: 'file', weight: 1, maxLength: 4096, seeds: () => seeds, run: check, examine: check };
}

/** The kinds of values that JSON would not show as they are. */
function judgeTexts(result: unknown): readonly string[] {
  const wrong = new Set<string>();
  JSON.stringify(result, (_name, value: unknown) => {
    if (typeof value === 'number' && !Number.isFinite(value)) wrong.add('a number that is not one');
    if (typeof value === 'string' && !value.isWellFormed()) wrong.add('half a character');
    return value instanceof Uint8Array ? value.length : value;
  });
  return [...wrong];
}

function need(isRight: boolean, reason: string): void {
  if (!isRight) throw new Error(reason);
}

function judgeIptc(input: Uint8Array): unknown {
  const found = parseIptc([{ bytes: input, standard: true }]);
  need(found.datasets.length <= maxIptcDatasets, 'too many datasets');
  const total = found.datasets.reduce((sum, { value }) => sum + value.length, 0);
  need(total <= input.length, 'more bytes than there are');
  return found;
}

function judgeIcc(input: Uint8Array): unknown {
  return parseIcc(input.subarray(0, iccStartBytes), input.length);
}

function judgeMpf(input: Uint8Array): unknown {
  const found = parseMpf(input, 1000);
  need(found.images.length <= maxMpfImages, 'too many images');
  return found;
}

async function judgeNote(input: Uint8Array): Promise<unknown> {
  try {
    const exif = await readStreams({ streams: [{ reader: memoryReader(input), root: 'IFD0' }] });
    return await readMakerNote({ container: 'jpeg', exif }, memoryReader(input));
  } catch (error) {
    if (error instanceof ProblemError && error.code === 'DamagedImage') return null;
    throw error;
  }
}

/** Notes of some layouts: test/fuzz-corpus has those of the other makers. */
const noteSeeds: readonly Uint8Array[] = [
  streamWithNote(
    { make: 'Apple', noteOrder: false },
    {
      header: Uint8Array.from(Buffer.from('Apple iOS\0\0\x01MM', 'latin1')),
      base: 0,
      fields: [ascii(0x000b, 'BURST'), rational(0x000c, [3, 2], [1, 2]), ascii(0x0011, 'LIVE')],
    },
  ).bytes,
  streamWithNote({ make: 'Canon' }, { base: 'tiff', fields: [short(0x0001, 4, 0, 1, 2), ascii(0x0095, 'EF50mm')] })
    .bytes,
];
