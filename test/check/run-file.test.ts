import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { judgeBody, judgeBy, judgeThumbnail } from '../../check/hostile/judge';
import { fileRunner } from '../../check/hostile/run-file';
import { maxAnswerBytes, maxThumbnailBytes } from '../../lib/limits';
import { styles } from '../../lib/style';
import { concat } from '../../testing/build/bytes';
import { describedVideo } from '../../testing/build/every-block';
import { plainThumbnail, thumbnailJpeg } from '../../testing/build/thumbnail';

const projectRoot = join(__dirname, '..', '..');
const schemas = join(projectRoot, 'docs', 'schema');

test.each([
  ['{"a":1}', 0],
  ['{"a":', 1],
  ['', 1],
  [`"${'x'.repeat(maxAnswerBytes)}"`, 1],
  [`"${'\u20ac'.repeat(maxAnswerBytes / 3)}"`, 1],
  ['"\ud800"', 1],
])('a body that is not JSON, is too long or ill-formed is wrong (%#)', (body, wrong) => {
  expect(judgeBody(body)).toHaveLength(wrong);
});

test.each([
  ['a JPEG', plainThumbnail, 0],
  ['a text', '<html>', 1],
  ['a PNG', new TextEncoder().encode('\x89PNG'), 1],
  ['a JPEG without a scan', plainThumbnail.subarray(0, 30), 1],
  ['one that is too long', concat(plainThumbnail, new Uint8Array(maxThumbnailBytes)), 1],
])('a thumbnail is judged: %s', (_, body, wrong) => {
  expect(judgeThumbnail(body)).toHaveLength(wrong);
});

test('an answer is judged by its status and view', () => {
  const judge = judgeBy(schemas);
  const typed = { query: 'exif/style/typed', schema: 'typed' };
  const thumbnail = { query: 'exif/thumbnail', schema: null };
  const answer = (status: number, body: string | Uint8Array) => ({ status, headers: {}, body });
  expect(judge(typed, answer(200, '{"size":"many"}'))).toEqual([expect.stringContaining('schema')]);
  expect(judge(typed, answer(404, '{"code":"NoSuchKey"}'))).toEqual([]);
  expect(judge(typed, answer(200, plainThumbnail))).toHaveLength(1);
  expect(judge(thumbnail, answer(404, '{"code":"NoSuchThumbnail"}'))).toEqual([]);
  expect(judge(thumbnail, answer(200, '{}'))).toHaveLength(1);
  expect(judge(thumbnail, answer(200, plainThumbnail))).toEqual([]);
});

describe('a file', () => {
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'run-file-'));
    writeFileSync(join(root, 'a b.txt'), 'no image');
    writeFileSync(join(root, 'thumb.jpg'), thumbnailJpeg(plainThumbnail, { own: 6 }));
    copyFileSync(join(projectRoot, 'samples', 'turned.jpg'), join(root, 'turned.jpg'));
    copyFileSync(join(projectRoot, 'samples', 'plain.jpg'), join(root, 'plain.jpg'));
    writeFileSync(join(root, 'a.mov'), describedVideo);
  });
  afterAll(() => rmSync(root, { recursive: true }));

  const views = styles.size + 6; // imageInfo, exif/thumbnail, exif/preview, exif/private, metadata in two styles
  test.each([
    ['a b.txt', 'NotAnImage', views],
    ['a.mov', 'NotAnImage', views],
    ['none', 'NoSuchKey', views],
    ['plain.jpg', 'OK', views],
    ['turned.jpg', 'OK', views + 1],
    ['thumb.jpg', 'OK', views + 1],
  ])('%s is requested in every view, upright only if it has a thumbnail', async (key, code, answers) => {
    const outcome = await fileRunner(schemas)(root, key);
    expect(outcome).toMatchObject({ key, code, requests: 1, answers, wrong: [] });
    expect(outcome.ms).toBeLessThanOrEqual(outcome.totalMs);
    expect(outcome.slowest).toMatch(/^(exif|imageInfo|metadata)/);
  });

  test('is wrong where an answer is', async () => {
    // A schema that no answer keeps to.
    const folder = mkdtempSync(join(tmpdir(), 'schemas-'));
    try {
      const names = [...styles.keys(), 'imageInfo', 'metadata-flat', 'metadata-typed', 'private'];
      for (const name of names) writeFileSync(join(folder, `${name}.schema.json`), 'false');
      const { wrong } = await fileRunner(folder)(root, 'plain.jpg');
      expect(wrong).toHaveLength(names.length);
      expect(wrong[0]).toMatch(/^\?exif: not as its schema says/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
