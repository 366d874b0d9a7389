// A note of each format, cut at every length and with every byte changed: an answer without an error, made of printable texts
// and whole numbers.
import type { MakerNoteAnswers } from '../../../lib/maker-note';
import { patched } from '../../../testing/build/bytes';
import { streamAround, streamWithNote } from '../../../testing/build/maker-note';
import { noteCases } from './notes';
import { readNoteOf } from './read-notes';

function isSound(answers: MakerNoteAnswers | null): boolean {
  return Object.values(answers ?? {}).every(
    (value) =>
      typeof value === 'object' ||
      (typeof value === 'string' ? /^[\x20-\x7e]+$/.test(value) : Number.isSafeInteger(value)),
  );
}

test.each(noteCases)('$name, cut at every length', async ({ camera, shape, answers }) => {
  const { note } = streamWithNote(camera, shape);
  const wrong: number[] = [];
  for (let length = 0; length < note.length; length++) {
    const found = await readNoteOf(streamAround(camera, note.subarray(0, length)));
    const isPart = Object.keys(found ?? {}).every((name) => name in { maker: '', warnings: [], ...answers });
    if (!isSound(found) || !isPart) wrong.push(length);
  }
  expect(wrong).toEqual([]);
});

test.each(noteCases)('$name, with every byte changed', async ({ camera, shape }) => {
  const { bytes, start, note } = streamWithNote(camera, shape);
  const wrong: number[] = [];
  for (let at = start; at < start + note.length; at++) {
    for (const mask of [0xff, 0x01, 0x80]) {
      const changed = patched(bytes, at, Uint8Array.of((bytes[at] ?? 0) ^ mask));
      if (!isSound(await readNoteOf(changed))) wrong.push(at);
    }
  }
  expect(wrong).toEqual([]);
});
