// The objects of an export as a dataset needs them: with their ETags, and whether a key belongs to the selection.

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { splitLocation } from '../../lib/api/object-location';
import { describe } from '../../lib/bucket/open-file';
import { ProblemError } from '../../lib/problem';
import { bucketName, eventNames } from '../../service/config/bucket-settings';
import { splitList } from '../../service/config/setting';
import { allKeys, type KeyFilter, keysLike } from '../backfill/select';
import { compileGlob, isGlob, splitGlob } from '../cli/glob';
import type { Listed, ListedPage, ReadResult, ExportSource as Source } from '../dataset/join-state';
import type { DatasetPurpose } from '../dataset/state';
import { hasMetadataSuffix } from '../image-suffixes';
import type { DatasetExport } from './dataset-options';
import type { ReadRow } from './read-row';
import type { ExportSource } from './source';

/** What the dataset is of. */
export function purposeOf(
  { source, include, all, privacy }: Pick<DatasetExport, 'source' | 'include' | 'all' | 'privacy'>,
  { place }: Pick<ExportSource, 'place'>,
  drop: string,
): Omit<DatasetPurpose, 'by'> {
  const { location } = place;
  const isFolder = location.kind === 'directory';
  const name = bucketName(place);
  const endpoint = location.kind === 's3' && location.endpoint !== null ? ` at ${location.endpoint.origin}` : '';
  return {
    source: isFolder ? location.path : `${location.kind}://${name}${endpoint}`,
    names: [name, ...eventNames(place).filter((other) => other !== name)],
    prefix: isFolder ? (isGlob(source) ? splitGlob(source).rest : '') : (splitLocation(source)?.key ?? ''),
    keys: all ? 'all' : (include?.join(',') ?? 'images'),
    leftOut: [
      ...splitList(drop)
        .sort()
        .map((group) => `EXIF_DROP=${group}`),
      ...(privacy ? [] : ['--no-privacy']),
    ].join(' '),
  };
}

/** Whether a key belongs to a selection. */
export function selectionOf({ prefix, keys }: Pick<DatasetPurpose, 'prefix' | 'keys'>): KeyFilter {
  const byName =
    keys === 'all' ? allKeys : keys === 'images' || keys === '' ? hasMetadataSuffix : keysLike(keys.split(','));
  if (!prefix.includes('*')) return (key) => key.startsWith(prefix) && byName(key);
  const { matches } = compileGlob(prefix);
  return (key) => byName(key) && matches(key);
}

/** The source of a run. `askedAt` is the time of the request for a page, which is sent before the page is needed. */
export function sourceOf(
  options: Pick<DatasetExport, 'concurrency' | 'again' | 'allowRemovals'>,
  { place, objects, chosen }: ExportSource,
  purpose: Omit<DatasetPurpose, 'by'>,
  readRow: ReadRow,
): Omit<Source, 'onFailure'> {
  const { location } = place;
  const [bucket = ''] = purpose.names;
  const isOurs = selectionOf(purpose);
  return {
    ...options,
    bucket,
    isSelected: (key) => chosen(key) && isOurs(key),
    async *pages(after) {
      const pages = objects.pages(after)[Symbol.asyncIterator]();
      const ask = (): Promise<ListedPage | null> => {
        const askedAt = Date.now();
        const page = pages.next().then(async ({ value, done }): Promise<ListedPage | null> => {
          if (done === true) return null;
          const listed: readonly Listed[] = value.objects;
          return { askedAt, objects: location.kind === 'directory' ? await withTags(location.path, listed) : listed };
        });
        page.catch(() => {}); // thrown when the page is needed
        return page;
      };
      try {
        for (let coming = ask(); ; ) {
          const page = await coming;
          if (page === null) return;
          coming = ask();
          yield page;
        }
      } finally {
        pages.return?.(undefined).catch(() => {});
      }
    },
    async read({ key, etag, size = null }, order): Promise<ReadResult> {
      const { row, outcome, code, message } = await readRow({ key, etag, size });
      if (outcome === 'failed')
        return { kind: 'failed', error: new ProblemError(code as ProblemError['code'], message ?? code) };
      if (row === null) return { kind: 'gone' };
      // Of an object that cannot be read, the version may be known only from the list.
      return { kind: 'row', row: { ...row, etag: row['etag'] ?? etag, state_order: order } };
    },
  };
}

/** The files of a folder with the ETag that reading them gives; a file that is gone has none. */
function withTags(root: string, objects: readonly Listed[]): Promise<readonly Listed[]> {
  return Promise.all(
    objects.map(async (object) => {
      const found = await stat(join(root, object.key), { bigint: true }).catch(() => null);
      return found === null ? object : { ...object, etag: describe(found).stat.etag };
    }),
  );
}
