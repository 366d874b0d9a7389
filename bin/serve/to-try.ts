// The commands that `npm start` prints: what can be asked of an object, to copy into a shell.

import { encodeKey } from '../../lib/s3/request';
import type { BucketPlace } from '../../service/config/bucket-settings';
import type { Config } from '../../service/config/config';
import type { LocalKey } from './local-key';
import { isOpenKey, isOpenPlace } from './open-places';
import { sampleKeys } from './sample-keys';

/** `host`: the name and port of the server. `key`: signs for private objects; null = none. `tried`: the object keys of --try. */
type Served = Readonly<{ host: string; key: LocalKey | null; tried: readonly string[] }>;

/** A command: the options of curl, the operation, and the rest of the line. `best`: the sample that shows most of it. */
type Command = Readonly<{ options: string; operation: string; rest: string; best?: string }>;

const plain: Command = { options: '', operation: 'exif', rest: '' };
/** One command for each kind of answer. */
const tour: readonly Command[] = [
  { ...plain, operation: 'exif/style/flat' },
  { ...plain, operation: 'exif/style/readable' },
  { ...plain, operation: 'metadata', best: 'captioned.jpg' },
  { ...plain, operation: 'imageInfo' },
  { ...plain, operation: 'exif/thumbnail', options: '-fo thumbnail.jpg ' },
];
/** Shows how much of the object was read. */
const reads: Command = { options: '-sD- -o /dev/null ', operation: 'exif', rest: ' | grep x-exif-reads' };

/**
 * The commands for one object of the bucket, or for those of --try, and one command for each bucket of EXIF_HOSTS. URLs of private
 * objects are signed if there is a local key.
 */
export function linesToTry(config: Config, served: Served): readonly string[] {
  const { fallback, hosts } = config;
  const lines = [
    ...(fallback === null ? [] : linesFor(config, served, fallback, null)),
    ...[...hosts].flatMap(([name, place]) => linesFor(config, served, place, name)),
  ];
  return lines.length > 0 ? lines : ['sign requests with a key of EXIF_KEYS: see docs/auth.md'];
}

/** `name` is the host name that leads to the bucket; null for the bucket of all other names. */
function linesFor({ auth, showReads }: Config, served: Served, place: BucketPlace, name: string | null): string[] {
  const { host, key, tried } = served;
  const header = name === null ? '' : `-H 'Host: ${name}' `;
  const isOpen = isOpenKey(place, auth);
  const keys = tried.length > 0 ? tried : keysToTry(place, isOpen);
  const [first, ...others] = keys;
  if (first === undefined) {
    if (isOpenPlace(place, auth) || key === null) return [`curl ${header}'http://${host}/<ObjectKey>?exif'`];
    return ['--try <ObjectKey> prints its signed URL; the page signs by itself'];
  }
  const line = (object: string, { options, operation, rest }: Command): string[] => {
    const signed = isOpen(object) ? operation : key?.signQuery(name ?? host, object, operation, new Date());
    return signed === undefined
      ? []
      : [`curl ${options}${header}'http://${host}/${encodeKey(object)}?${signed}'${rest}`];
  };
  if (tried.length > 0) return tried.flatMap((object) => line(object, plain));
  if (name !== null) return line(first, plain);
  const lines = [...tour, ...(showReads ? [reads] : [])].flatMap((command) =>
    line(keys.find((object) => object === command.best) ?? first, command),
  );
  if (!isOpen(first)) return lines.length === 0 ? [] : ['signed, valid for an hour:', ...lines];
  return others.length === 0 ? lines : [...lines, `and the same for ${others.map(encodeKey).join(', ')}`];
}

/** A few object keys of a folder, public ones if there are any. Other buckets are not listed. */
function keysToTry({ location }: BucketPlace, isOpen: (key: string) => boolean): readonly string[] {
  if (location.kind !== 'directory') return [];
  const open = sampleKeys(location.path, isOpen);
  return open.length > 0 ? open : sampleKeys(location.path);
}
