// Reads the command line of `npm start`. It is checked completely before the server starts.

import { parseCommandLine, wrongUse } from '../terminal/command-line';

/** `open`: no access control. `tried`: the object keys of --try. */
export type ServeOptions = Readonly<{
  bucket: string | undefined;
  cache: string | undefined;
  open: boolean;
  host: string;
  port: number;
  tried: readonly string[];
  quiet: boolean;
  check: boolean;
}>;

const optionTable = {
  bucket: { type: 'string' },
  cache: { type: 'string' },
  public: { type: 'boolean' },
  host: { type: 'string' },
  port: { type: 'string' },
  try: { type: 'string', multiple: true },
  quiet: { type: 'boolean' },
  'no-check': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Reads the arguments; null for --help. Throws ProblemError `ConfigInvalid` for wrong ones. */
export function readServeOptions(args: readonly string[], program: string): ServeOptions | null {
  const { values } = parseCommandLine(args, optionTable, { allowPositionals: false, help: `${program} --help` });
  if (values.help === true) return null;
  const port = values.port ?? '9000';
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw wrongUse('--port must be a whole number from 0 to 65535');
  if (values.host === '') throw wrongUse('--host is empty: name an address, such as 127.0.0.1');
  return {
    bucket: values.bucket,
    cache: values.cache,
    open: values.public === true,
    host: values.host ?? '127.0.0.1',
    port: Number(port),
    tried: values.try ?? [],
    quiet: values.quiet === true,
    check: values['no-check'] !== true,
  };
}

/** The text of --help. `program` is the command that the user typed. */
export function usage(program: string): string {
  return `bucket-exif: serves the EXIF of images in a bucket at GET /<ObjectKey>?exif

Usage: ${program} [options]

  --bucket LOCATION  the bucket to serve (default: the samples of the project)
                       photos or /srv/photos       a folder
                       s3://name[?region=..&endpoint=..&style=path|virtual&credentials=none&payer=requester
                                 &events=name]
                       cos://name-appid?region=ap-guangzhou[&credentials=none&payer=requester]
  --cache LOCATION   where to cache EXIF, or none (default: a folder in your cache folder)
  --public           answer everybody, without signatures (default for the samples only)
  --host ADDRESS     address to listen on (default: 127.0.0.1)
  --port NUMBER      port to listen on, 0 for any free one (default: 9000)
  --try KEY          print a URL for this object, signed if that is needed; may be given several times
  --quiet            no log line for each request
  --no-check         do not check the bucket before listening
  --help             this text

If neither --public, EXIF_PUBLIC nor EXIF_KEYS (env:NAME, file:PATH, secretsmanager:NAME, ssm:NAME) is set: on a local
address the program creates a key and prints signed URLs, on any other address it does not start. See docs/auth.md. For a
folder it prints URLs of a few objects, for other buckets those of --try. Links that lead out of a folder are not followed.
Exit codes: 0 stopped, 1 it cannot serve, 2 wrong options or settings.
Credentials of s3:// and cos:// come from the environment or the usual AWS sources.
All other settings are environment variables: see docs/settings.md. EXIF_WORKERS=auto uses all cores.
`;
}
