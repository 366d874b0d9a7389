// Lines of two processes, in chunks cut anywhere.
import { PassThrough, Writable } from 'node:stream';
import { wholeLines } from '../../../service/server/whole-lines';

test('lines of two processes are never mixed, wherever their chunks end; a line without an end is left out', () => {
  const text = (name: string): Buffer => Buffer.from(`${name}1\n${name}é2\n\n${name.repeat(9)}3\n${name}cut`);
  for (let size = 1; size < 40; size++) {
    const writes: Buffer[] = [];
    const to = new Writable({
      write(chunk: Buffer, _, done) {
        writes.push(chunk);
        done();
      },
    });
    const from = [new PassThrough(), new PassThrough()];
    for (const stream of from) wholeLines(stream, to);
    const texts = [text('a'), text('b')];
    for (let at = 0; at < 60; at += size)
      for (const [number, stream] of from.entries()) stream.emit('data', texts[number]?.subarray(at, at + size));
    const lines = Buffer.concat(writes).toString().trimEnd().split('\n');
    for (const name of ['a', 'b'])
      expect(lines.filter((line) => line.includes(name))).toEqual([`${name}1`, `${name}é2`, `${name.repeat(9)}3`]);
    expect(lines).toHaveLength(8);
  }
});
