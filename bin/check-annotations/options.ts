// Reads the command line of `bucket-exif check`.
import { lacksRegion, parseLocation, regionIn } from '../../lib/bucket';
import { defaultAnnotation } from '../../lib/cache/location';
import { annotationsRefused } from '../../lib/s3/annotation';
import { annotationNameRules, isAnnotationName } from '../../lib/s3/annotation-name';
import type { S3Location } from '../../lib/s3/location';
import type { Env } from '../../lib/types';
import { locationOf } from '../../service/config/setting';
import { parseCommandLine, wrongUse } from '../terminal/command-line';

/** The buckets to check, each with its region, and the name of the annotation in the printed setting. */
export type CheckOptions = Readonly<{
  buckets: readonly Readonly<{ location: S3Location; region: string | null }>[];
  name: string;
}>;

const table = { name: { type: 'string' }, help: { type: 'boolean' } } as const;

/** Reads the arguments of the command `program`; null for --help. Throws ProblemError `ConfigInvalid` for wrong ones. */
export function readCheckOptions(args: readonly string[], env: Env, program: string): CheckOptions | null {
  const help = `${program} --help`;
  const { values, positionals } = parseCommandLine(args, table, { allowPositionals: true, help });
  if (values.help === true) return null;
  const [subject, ...buckets] = positionals;
  if (subject === undefined) throw wrongUse(`Name what to check: ${program} annotations s3://bucket; see ${help}`);
  if (subject !== 'annotations')
    throw wrongUse(`${JSON.stringify(subject)} cannot be checked: only annotations can; see ${help}`);
  if (buckets.length === 0) throw wrongUse(`Name a bucket: ${program} annotations s3://bucket; see ${help}`);
  const { name = defaultAnnotation } = values;
  if (!isAnnotationName(name)) throw wrongUse(`--name ${annotationNameRules}`);
  const read = [...new Set(buckets)].map((text) => readBucket(text, env));
  const kinds = new Set(read.map(({ location }) => location.endpoint === null));
  if (kinds.size > 1)
    throw wrongUse('Check buckets of AWS and of an emulator separately: one setting cannot name both');
  return { buckets: read, name };
}

function readBucket(text: string, env: Env): CheckOptions['buckets'][number] {
  const location = locationOf('BUCKET', text, parseLocation);
  const region = location.kind === 'directory' ? null : regionIn(env, lacksRegion(location));
  const own = location.kind === 'directory' ? null : (location.region ?? region);
  const isEmulator = location.kind === 's3' && location.endpoint !== null;
  const refused = annotationsRefused(location, own, isEmulator);
  if (refused !== null || location.kind !== 's3') throw wrongUse(`${JSON.stringify(text)} ${refused}`);
  return { location, region };
}
