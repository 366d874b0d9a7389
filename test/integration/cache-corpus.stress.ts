// Every record of a corpus of images as the text that caches hold. Says on the console how long texts are.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeEntry, encodeEntry } from '../../lib/cache/envelope';
import { defaultLimits } from '../../lib/limits';
import { ProblemError } from '../../lib/problem';
import { cos } from '../../lib/style/cos';
import type { CacheEntry, ExifRecord } from '../../lib/types';
import { readRecord } from '../../testing/compare/read';
import { bucketOf } from '../../testing/fakes/counting-bucket';
import { orderOf, refTo } from '../lib/cache/entries';

const corpus = join(__dirname, '..', '..', '..', 'shared', 'corpus');
const name = 'every record of the corpus reads back from its text';
if (existsSync(corpus)) test(name, readAll, 120_000);
else {
  console.log(`Skipped: ${name}. No corpus at ${corpus}`);
  test.skip(name, () => {});
}

async function readAll(): Promise<void> {
  const lengths: number[] = [];
  let [encodeMs, decodeMs] = [0, 0];
  const files = readdirSync(corpus, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  for (const file of files) {
    const record = await recordAt(join(file.parentPath, file.name));
    if (record === null) continue;
    const ref = refTo(file.name);
    const entry: CacheEntry = {
      ref,
      revision: '1',
      order: orderOf('0a', 1),
      generation: 1,
      content: { kind: 'record', record },
    };
    const startedAt = performance.now();
    const text = encodeEntry(entry) ?? '';
    const encodedAt = performance.now();
    const back = decodeEntry(text, ref);
    decodeMs += performance.now() - encodedAt;
    encodeMs += encodedAt - startedAt;
    lengths.push(text.length);
    const shown = back?.content.kind === 'record' ? cos.render(back.content.record) : null;
    expect({ file: file.name, shown }).toEqual({ file: file.name, shown: cos.render(record) });
    expect(back === null ? null : encodeEntry(back)).toBe(text);
  }
  expect(lengths.length).toBeGreaterThan(100);
  lengths.sort((a, b) => a - b);
  const at = (part: number) => lengths[Math.floor((lengths.length - 1) * part)];
  console.log(
    `${lengths.length} records: ${at(0.5)} characters in the middle, 95% up to ${at(0.95)}, the longest ${at(1)}; ` +
      `${(encodeMs / lengths.length).toFixed(3)} ms to encodeEntry, ${(decodeMs / lengths.length).toFixed(3)} ms to decodeEntry`,
  );
}

async function recordAt(path: string): Promise<ExifRecord | null> {
  const bytes = new Uint8Array(readFileSync(path));
  if (bytes.length === 0 || bytes.length > defaultLimits.objectBytes) return null;
  const deps = { bucket: bucketOf(bytes).bucket, limits: defaultLimits, dropGroups: [] };
  try {
    return await readRecord(refTo(path), deps, { requests: 0, bytes: 0 }, AbortSignal.timeout(5000));
  } catch (error) {
    if (error instanceof ProblemError) return null;
    throw error;
  }
}
