// Sums up the objects of a bucket or a folder: they are read as `bucket-exif export` reads them, and no file is written.

import type { SummaryMaker } from '../../lib/table/summary';
import type { Env } from '../../lib/types';
import { type ExportEnd, exportTable } from '../export/engine';
import { readerOf } from '../export/reader';
import { openExportSource } from '../export/source';
import type { Screen } from '../terminal/progress';

/** Objects that are read at once, as for an export with one worker. */
const concurrency = 32;

/** Adds the rows of all images. Returns what failed this time. Throws ProblemError when the source cannot be listed. */
export async function addLive(
  maker: SummaryMaker,
  { source, quiet }: Readonly<{ source: string; quiet: boolean }>,
  { env, screen, stop }: Readonly<{ env: Env; screen: Screen; stop: AbortSignal }>,
): Promise<ExportEnd> {
  const options = { source, include: null, all: false };
  const opened = await openExportSource(options, env);
  return exportTable({
    ...{ source: opened, concurrency, count: true, quiet, screen, stop },
    to: 'the report',
    readRow: readerOf({ privacy: true }, opened, stop),
    openFile: async () => ({
      add: (row) => maker.add(row),
      finish: async () => 0,
      abandon: async () => {},
    }),
    out: () => {},
  });
}
