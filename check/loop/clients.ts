// Clients that upload, overwrite and delete images at the same time.
import { DeleteObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Random } from '../../testing/random/seeded';
import { photos } from '../../testing/servers/notifying-store';

export type Churn = Readonly<{ uploads: number; deletes: number; ms: number }>;

/** The number of clients. */
const lanes = 16;

/** Keys with characters that stores and events encode in different ways. */
export function keyOf(n: number): string {
  return `${String(n % 10)}/${String(n).padStart(5, '0')} ü+%20.jpg`;
}

/**
 * Writes every object once or several times, deletes some, and writes some of these again. Calls `onDone` after each change.
 */
export async function churn(
  client: S3Client,
  objects: number,
  images: readonly Uint8Array[],
  random: Random,
  onDone: (share: number) => Promise<void>,
): Promise<Churn> {
  const changes = changesOf(objects, random);
  const startedAt = performance.now();
  let done = 0;
  const todo = changes.values();
  const lane = async (): Promise<void> => {
    // All lanes take from one iterator.
    for (const { key, write } of todo) {
      const place = { Bucket: photos, Key: key };
      const body = random.pick(images);
      await client.send(write ? new PutObjectCommand({ ...place, Body: body }) : new DeleteObjectCommand(place));
      await onDone(++done / changes.length);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  const uploads = changes.filter(({ write }) => write).length;
  return { uploads, deletes: changes.length - uploads, ms: performance.now() - startedAt };
}

type Change = Readonly<{ key: string; write: boolean }>;

function changesOf(objects: number, random: Random): readonly Change[] {
  const again = Array.from({ length: Math.floor(objects * 0.6) }, () => {
    const key = keyOf(random.below(objects));
    return random.chance(0.35) ? { key, write: false } : { key, write: true };
  });
  const first = Array.from({ length: objects }, (_, n) => ({ key: keyOf(n), write: true }));
  return random.shuffled([...first, ...again]);
}
