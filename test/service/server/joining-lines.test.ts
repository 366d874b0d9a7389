import { Writable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LogLine } from '../../../lib/job';
import { joiningLines } from '../../../service/server/server-run';

test('lines of one turn of the event loop are written together, in their order, and none waits longer', async () => {
  const writes: string[] = [];
  const out = new Writable({
    decodeStrings: false,
    writev(chunks, done) {
      writes.push(chunks.map(({ chunk }) => String(chunk)).join(''));
      done();
    },
  });
  const { log } = joiningLines({ log: ({ key }: LogLine) => void out.write(`${key}\n`) }, out);
  for (const keys of [['a', 'b', 'c'], ['d'], ['e', 'f']]) {
    for (const key of keys) log({ key } as LogLine);
    await nextTurn();
  }
  expect(writes).toEqual(['a\nb\nc\n', 'd\n', 'e\nf\n']);
});
