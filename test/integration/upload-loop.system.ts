// Uploads to a real S3 server, whose events are pushed to the upload function (check/loop.ts), at a small size.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runLoop } from '../../check/loop/run';
import { cephInstalled } from '../../testing/servers/ceph-rgw';

const root = join(__dirname, '..', '..');
const names = ['gps.jpg', 'big-endian.tif', 'exif-after-idat.png', 'no-exif.png', 'plain.jpg', 'text.txt'];
const leftOut = 'the loop of uploads, events and cache with a real S3 server (Ceph RGW)';
if (cephInstalled(leftOut)) withCeph();
else test.skip(leftOut, () => {});

function withCeph(): void {
  test('ends with a cache and sinks that equal the bucket', async () => {
    const images = names.map((name) => readFileSync(join(root, 'samples', name)));
    const dist = join(root, 'dist');
    const { churn, receiver, followed, backfilled, repaired, sinks } = await runLoop({
      objects: 200,
      images,
      dist,
      say: () => {},
    });
    expect(churn.uploads + churn.deletes).toBe(320);
    expect(receiver.failed).toBe(0);
    expect(receiver.got).toBeGreaterThan(100);
    // Some events were lost, or this shows nothing.
    expect(followed.missing.length + followed.stale.length).toBeGreaterThan(0);
    expect(backfilled).toMatchObject({ missing: [], stale: [] });
    expect(repaired).toMatchObject({ missing: [], stale: [], ghosts: [] });
    expect([...sinks.followed.keys()]).toEqual(['DynamoDB', 'S3', 'dataset']);
    for (const compared of sinks.backfilled.values()) expect(compared).toMatchObject({ missing: [], stale: [] });
    for (const compared of sinks.repaired.values())
      expect(compared).toMatchObject({ missing: [], stale: [], ghosts: [] });
  }, 300_000);
}
