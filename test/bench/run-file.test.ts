import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileRunner, judgeBody } from '../../bench/hostile/run-file';
import { maxAnswerBytes } from '../../lib/limits';

test.each([
  ['{"a":1}', 0],
  ['{"a":', 1],
  ['', 1],
  [`"${'x'.repeat(maxAnswerBytes)}"`, 1],
  [`"${'\u20ac'.repeat(maxAnswerBytes / 3)}"`, 1],
  ['"\ud800"', 1],
])('a body that is no JSON, too long or ill-formed is wrong (%#)', (body, wrong) => {
  expect(judgeBody(body)).toHaveLength(wrong);
});

test('a file is answered for with its code and cost', async () => {
  const root = mkdtempSync(join(tmpdir(), 'run-file-'));
  try {
    writeFileSync(join(root, 'a b.txt'), 'no image');
    await expect(fileRunner()(root, 'a b.txt')).resolves.toMatchObject({ code: 'NotAnImage', requests: 1, wrong: [] });
    await expect(fileRunner()(root, 'none')).resolves.toMatchObject({ code: 'NoSuchKey', wrong: [] });
  } finally {
    rmSync(root, { recursive: true });
  }
});
