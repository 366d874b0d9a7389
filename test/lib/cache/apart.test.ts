import { keptApart } from '../../../lib/cache';
import { memoryCache } from '../../../lib/cache/memory';
import { ordered } from '../../../testing/build/ordered-cache';
import { orderOf, recordEntry } from './entries';

const soon = () => AbortSignal.timeout(5000);
const refIn = (bucketId: string) => ({ bucketId, bucket: 'photos', key: 'a.jpg' });

test('buckets of one name do not share entries, and each gets its own back', async () => {
  const store = memoryCache(2 ** 20);
  const names = new Map([
    ['./x/photos', 'photos~1'],
    ['./y/photos', 'photos~2'],
  ]);
  const cache = ordered(keptApart(store, (id) => names.get(id)));
  const entry = recordEntry(refIn('./x/photos'), orderOf(null, 100));
  expect(await cache.put(entry, soon())).toBe(true);
  expect(await cache.get(refIn('./x/photos'), soon())).toEqual(entry);
  expect(await cache.get(refIn('./y/photos'), soon())).toBeNull();
  expect(await cache.get(refIn('s3://photos'), soon())).toBeNull();
});
