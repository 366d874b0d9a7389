// Notes that are made to mislead: fewer answers, within the limits, and never another error.
import { subReader } from '../../../lib/bytes/reader';
import { maxNoteEntries } from '../../../lib/maker-note/limits';
import { ProblemError } from '../../../lib/problem';
import type { ByteRange, RangeReader } from '../../../lib/types';
import { concat, latin1, noise, u16 } from '../../../testing/build/bytes';
import { streamAround, streamWithNote } from '../../../testing/build/maker-note';
import { ascii, long, lying, undefinedField } from '../../../testing/build/tiff';
import { countingReader } from '../../../testing/fakes/counting-reader';
import { readNoteOf } from './read-notes';

const olympus = { make: 'OLYMPUS' };
const header = latin1('OLYMPUS\0II\x03\0');

test('an IFD that leads to itself is read once', async () => {
  const { bytes } = streamWithNote(olympus, { header, base: 0, fields: [long(0x2010, 12), ascii(0x0404, '1234567')] });
  expect(await readNoteOf(bytes)).toEqual({ maker: 'Olympus', serialNumber: '1234567', warnings: [] });
});

test('more entries than the limit are no IFD', async () => {
  // The same number in both byte orders.
  const count = 0x0303;
  expect(count).toBeGreaterThan(maxNoteEntries);
  const note = concat(header, u16(count), new Uint8Array(count * 12));
  const warnings = [{ block: 'makernote', detail: expect.stringContaining('no IFD') as string }];
  expect(await readNoteOf(streamAround(olympus, note))).toEqual({ maker: 'Olympus', warnings });
});

test.each([
  ['after the end of the stream', { offset: 0x7fff_0000 }],
  ['before its start', { offset: 0xffff_fff0 }],
  ['with a count of 4 GiB', { count: 0xffff_ffff }],
  ['of an unknown type', { type: 99 }],
])('a value %s is left out', async (_, raw) => {
  const fields = [lying(ascii(0x0404, '1234567'), raw), ascii(0x0500, 'other')];
  const { bytes } = streamWithNote(olympus, { header, base: 0, fields });
  expect(await readNoteOf(bytes)).toEqual({ maker: 'Olympus', warnings: [] });
});

describe('values outside of the note that are not in memory', () => {
  const outside = 40_000;
  const fields = [
    ascii(0x0501, 'inside the note'),
    ascii(0x0502, 'inside the note'),
    lying(ascii(0x0095, 'EF50mm f/1.8 STM'), { offset: outside }),
    lying(ascii(0x0096, 'FA0381304'), { offset: outside + 100 }),
    lying(ascii(0x0007, 'Firmware 1.0'), { offset: outside + 30_000 }),
    ascii(0x0503, 'inside the note'),
  ];
  const { bytes } = streamWithNote({ make: 'Canon' }, { base: 'tiff', fields });
  const stream = concat(bytes, noise(80_000));
  stream.set(latin1('EF50mm f/1.8 STM\0'), outside);
  stream.set(latin1('FA0381304\0'), outside + 100);
  stream.set(latin1('Firmware 1.0\0'), outside + 30_000);

  /** A reader that has the first bytes in memory. */
  const heldReader = (read: RangeReader['read']): RangeReader => ({
    size: stream.length,
    held: (start, end) => (end <= 2000 ? stream.subarray(start, end) : null),
    read: (ranges) =>
      ranges.every(({ end }) => end <= 2000) ? countingReader(stream).reader.read(ranges) : read(ranges),
  });

  test('are read together', async () => {
    const { reader, rounds } = countingReader(stream);
    const answers = await readNoteOf(stream, heldReader(reader.read));
    expect(answers).toMatchObject({
      lens: 'EF50mm f/1.8 STM',
      internalSerialNumber: 'FA0381304',
      firmware: 'Firmware 1.0',
    });
    const apart: readonly ByteRange[] = [
      { start: outside, end: outside + 110 },
      { start: outside + 30_000, end: outside + 30_013 },
    ];
    expect(rounds).toEqual([apart]);
  });

  test('are left out when the budget of reads is too small', async () => {
    const refuse: RangeReader['read'] = () => Promise.reject(new ProblemError('BudgetExceeded', 'too much'));
    expect(await readNoteOf(stream, heldReader(refuse))).toEqual({ maker: 'Canon', warnings: [] });
  });
});

test('a fault of the store is not hidden', async () => {
  const { bytes, start } = streamWithNote(
    { make: 'Canon' },
    { base: 'tiff', fields: [undefinedField(0x0099, noise(3000))] },
  );
  const whole = subReader(countingReader(bytes).reader, 0, bytes.length);
  const failing: RangeReader = {
    size: bytes.length,
    read: (ranges) =>
      ranges.some((range) => range.start === start)
        ? Promise.reject(new ProblemError('BucketFault', 'down'))
        : whole.read(ranges),
  };
  await expect(readNoteOf(bytes, failing)).rejects.toMatchObject({ code: 'BucketFault' });
});
