import { Writable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LogLine } from '../../../lib/job';
import { joiningLines } from '../../../service/server/server-run';

/** The lines of a log, joined by what is written at once. */
function openLog() {
  const writes: string[] = [];
  const out = new Writable({
    decodeStrings: false,
    write(chunk, _, done) {
      writes.push(String(chunk));
      done();
    },
    writev(chunks, done) {
      writes.push(chunks.map(({ chunk }) => String(chunk)).join(''));
      done();
    },
  });
  const { log } = joiningLines({ log: ({ key }: LogLine) => void out.write(`${key}\n`) }, out);
  return { writes, log: (key: string) => log({ key } as LogLine) };
}

test('lines of one turn of the event loop are written together, in their order, and none waits longer', async () => {
  const { writes, log } = openLog();
  for (const keys of [['a', 'b', 'c'], ['d'], ['e', 'f']]) {
    for (const key of keys) log(key);
    await nextTurn();
  }
  expect(writes).toEqual(['a\nb\nc\n', 'd\n', 'e\nf\n']);
});

test('lines are written when the process ends before the next turn', () => {
  const before = process.listeners('exit');
  const { writes, log } = openLog();
  const [atExit] = process.listeners('exit').filter((listener) => !before.includes(listener));
  log('a');
  log('b');
  expect(writes).toEqual([]);
  atExit?.(0);
  expect(writes).toEqual(['a\nb\n']);
});
