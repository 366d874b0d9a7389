// What a note of each format answers, where it is, and what belongs to a tag group.

import { memoryReader } from '../../../lib/bytes/reader';
import { makers, readMakerNote } from '../../../lib/maker-note';
import { answerGroups, dropAnswers, type MakerNoteAnswers } from '../../../lib/maker-note/answers';
import { readStreams } from '../../../lib/tiff/document';
import { concat, latin1, noise, u32 } from '../../../testing/build/bytes';
import { noteAt, streamAround, streamWithNote } from '../../../testing/build/maker-note';
import { buildCr3 } from '../../../testing/build/raw';
import { ascii, buildTiff, long, short, undefinedField } from '../../../testing/build/tiff';
import { canonAnswers, canonFields, noteCases } from './notes';
import { readNoteOf } from './read-notes';

test.each(noteCases)('$name', async ({ camera, shape, answers, maker }) => {
  expect(await readNoteOf(streamWithNote(camera, shape).bytes)).toEqual({ maker, ...answers, warnings: [] });
});

test('every maker has a note here', () => {
  expect(new Set(noteCases.map(({ maker }) => maker))).toEqual(new Set(makers.map(({ name }) => name)));
});

test.each(noteCases)('$name, longer than a payload tag that is read at once', async ({ camera, shape, answers }) => {
  const long = { ...shape, trailer: () => noise(3000) };
  expect(await readNoteOf(streamWithNote(camera, long).bytes)).toMatchObject(answers);
});

describe('a note in another place', () => {
  const camera = { make: 'Canon', model: 'Canon EOS R6' };
  const footer = (start: number) => concat(latin1('II\x2a\0'), u32(start, true));
  const moved = (trailer?: (start: number) => Uint8Array) => {
    const shape = { base: 'tiff' as const, fields: canonFields, ...(trailer === undefined ? {} : { trailer }) };
    return streamAround(camera, streamWithNote(camera, shape).note, 400);
  };

  test('of Canon is read by its last bytes, which say where it was', async () => {
    expect(await readNoteOf(moved(footer))).toMatchObject({ ...canonAnswers, warnings: [] });
  });

  test('of Canon without them gives only values in their entries, and a warning', async () => {
    const warnings = [{ block: 'makernote', detail: expect.stringContaining('moved') as string }];
    expect(await readNoteOf(moved())).toEqual({ maker: 'Canon', serialNumber: '0000000042', warnings });
  });

  test.each(noteCases.filter(({ shape }) => shape.base === 0 || shape.base === 10))(
    '$name: offsets from the note stay right',
    async ({ camera: other, shape, answers }) => {
      expect(await readNoteOf(streamAround(other, streamWithNote(other, shape).note, 400))).toMatchObject(answers);
    },
  );
});

test('the note in the DNGPrivateData of Adobe counts from the file that it was in', async () => {
  const original = 5000;
  const note = noteAt({ base: 'tiff', fields: canonFields }, original, false);
  const section = (name: string, content: Uint8Array) => concat(latin1(name), u32(content.length), content);
  const other = section('CRW ', noise(7));
  const makn = section('MakN', concat(latin1('MM'), u32(original), note));
  const data = concat(latin1('Adobe\0'), other, Uint8Array.of(0), makn);
  const bytes = buildTiff({
    fields: [ascii(0x010f, 'Canon'), ascii(0x0110, 'Canon EOS R6'), undefinedField(0xc634, data)],
  });
  expect(await readNoteOf(bytes)).toEqual({ maker: 'Canon', ...canonAnswers, warnings: [] });
});

test('the note of a CR3 is in the box CMT3', async () => {
  const camera = buildTiff({ fields: [ascii(0x010f, 'Canon'), ascii(0x0110, 'Canon EOS R6')] });
  const file = buildCr3([
    ['CMT1', camera],
    ['CMT3', buildTiff({ fields: canonFields })],
  ]);
  const exif = await readStreams({ streams: [{ reader: memoryReader(camera), root: 'IFD0' }] });
  const answers = await readMakerNote({ container: 'cr3', exif }, memoryReader(file));
  expect(answers).toEqual({ maker: 'Canon', ...canonAnswers, warnings: [] });
});

test.each([
  ['no EXIF', null],
  ['EXIF without a note', buildTiff({ fields: [ascii(0x010f, 'Canon')] })],
  ['a note of another maker', streamAround({ make: 'CASIO' }, noise(200))],
  ['an empty note', streamAround({ make: 'Canon' }, new Uint8Array(0))],
])('%s: no answers', async (_, bytes) => {
  const answers =
    bytes === null ? readMakerNote({ container: 'jpeg', exif: null }, memoryReader(noise(9))) : readNoteOf(bytes);
  expect(await answers).toBeNull();
});

test.each([
  ['Canon EOS-1D', 2899, '002899'],
  ['Canon EOS-1Ds Mark III', 600_005, '600005'],
  ['Canon EOS D30', 171_048_961, 'a32-00001'],
  ['Canon EOS 350D DIGITAL', 123_456_789, '0123456789'],
])('the serial number of a %s', async (model, stored, serialNumber) => {
  const { bytes } = streamWithNote({ make: 'Canon', model }, { base: 'tiff', fields: [long(0x000c, stored)] });
  expect(await readNoteOf(bytes)).toMatchObject({ serialNumber });
});

test.each([
  ['a text that is not printable', ascii(0x0095, 'EF50mm\x01')],
  ['a text of spaces', ascii(0x0095, '     ')],
  ['a number for a text', long(0x0095, 1, 2)],
  ['a text for a number', ascii(0x000c, 'bogus')],
  ['an unknown lens', short(0x0001, ...new Array<number>(22).fill(0), 65_535, 0, 0, 0)],
])('%s is not an answer', async (_, field) => {
  const { bytes } = streamWithNote({ make: 'Canon' }, { base: 'tiff', fields: [field] });
  expect(await readNoteOf(bytes)).toEqual({ maker: 'Canon', warnings: [] });
});

describe('tag groups', () => {
  const answers: MakerNoteAnswers = {
    maker: 'Canon',
    ...canonAnswers,
    shutterCount: 7,
    livePhotoId: 'L',
    burstId: 'B',
    warnings: [],
  };

  test('every answer belongs to one', () => {
    expect(
      Object.keys(answers)
        .filter((name) => !['maker', 'warnings'].includes(name))
        .toSorted(),
    ).toEqual(Object.keys(answerGroups).toSorted());
  });

  test.each([
    [['serial'], ['lens', 'lensId', 'lensRange', 'focusDistance', 'firmware', 'owner']],
    [
      ['serial', 'owner'],
      ['lens', 'lensId', 'lensRange', 'focusDistance', 'firmware'],
    ],
    [['thumbnail'], Object.keys(answerGroups)],
  ] as const)('%s leaves %s', (groups, names) => {
    const kept = dropAnswers(answers, groups);
    expect(Object.keys(kept ?? {}).toSorted()).toEqual(['maker', 'warnings', ...names].toSorted());
  });

  test.each([[['makernote']], [['gps']]] as const)('%s leaves nothing', (groups) => {
    expect(dropAnswers(answers, groups)).toBeNull();
  });
});
