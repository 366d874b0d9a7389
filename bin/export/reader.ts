// Reads the objects of a source as the service does, with its settings.

import type { Env } from '../../lib/types';
import { bucketName } from '../../service/config/bucket-settings';
import { processEnv, readConfig } from '../../service/config/config';
import { sinkSettingNames } from '../../service/config/sink-config';
import { jobDeps } from '../../service/job-runner';
import { namingOptions } from '../terminal/command-line';
import type { ExportOptions } from './options';
import { createReadRow, type ReadRow } from './read-row';
import type { ExportSource } from './source';

/** A function that reads an object of the source. Throws ProblemError ConfigInvalid for a setting that cannot be used. */
export function readerOf(
  { privacy }: Pick<ExportOptions, 'privacy'>,
  { place }: Pick<ExportSource, 'place'>,
  stop: AbortSignal,
): ReadRow {
  const config = namingOptions({ EXIF_BUCKET: 'the source' }, () => readConfig(settingsFor(place.text, processEnv)));
  return createReadRow(jobDeps(config), { bucket: bucketName(place), privacy }, { stop });
}

/** The settings of the service, for one bucket; without access control, because an export has no callers, and without a cache and
 * sinks. */
function settingsFor(bucket: string, env: Env): Env {
  const none = ['EXIF_HOSTS', 'EXIF_KEYS', 'EXIF_PUBLIC', 'EXIF_FRESHNESS', 'EXIF_WATCH', ...sinkSettingNames];
  const unset = Object.fromEntries(none.map((name) => [name, '']));
  return { ...env, ...unset, EXIF_CALLERS: 'platform', EXIF_BUCKET: bucket, EXIF_CACHE: 'none' };
}
