// Checks buckets, one after the other, and says which setting may be used.
import { defaultAnnotation } from '../../lib/cache/location';
import { ProblemError } from '../../lib/problem';
import { checkedToken } from '../../lib/s3/annotation';
import { credentialSource } from '../../lib/s3/credentials';
import { type S3Location, s3PlaceOf } from '../../lib/s3/location';
import type { Env } from '../../lib/types';
import type { CheckOptions } from './options';
import { type Row, rulesOf, tryRule } from './rules';
import { NotAllowed, openScratch, Stopped } from './scratch';

/** `out` takes lines of standard output, `note` of standard error. */
export type CheckIo = Readonly<{ out(text: string): void; note(text: string): void; stop: AbortSignal }>;

/** Milliseconds for one try of a request. */
const tryMs = 20_000;

/** `stopped`: by the user. `impossible`: the check could not be made. */
export type CheckResult = 'holds' | 'fails' | 'impossible' | 'stopped';

/** Checks all buckets, and prints the setting when all rules hold. */
export async function checkAnnotations({ buckets, name }: CheckOptions, env: Env, io: CheckIo): Promise<CheckResult> {
  let failed = false;
  for (const bucket of buckets) {
    const result = await checkBucket(bucket, env, io);
    if (result === 'stopped' || result === 'impossible') return result;
    failed ||= result === 'fails';
  }
  if (failed) {
    io.out(
      'A rule FAILS that the cache needs. Do not set EXIF_FRESHNESS=trust with annotations here. EXIF_FRESHNESS=verify checks\n' +
        'each version, and needs only the first three rules.\n',
    );
    return 'fails';
  }
  io.out(
    `All needed rules hold. EXIF_FRESHNESS=trust is accepted with this setting:\n\nEXIF_CACHE=${setting(buckets, name)}\n`,
  );
  return 'holds';
}

function setting(buckets: CheckOptions['buckets'], name: string): string {
  const tokens = [...new Set(buckets.map(({ location }) => checkedToken(location)))];
  const emulator = buckets.some(({ location }) => location.endpoint !== null) ? '&emulator=1' : '';
  return `annotation:${name === defaultAnnotation ? '' : name}?checked=${tokens.join('+')}${emulator}`;
}

async function checkBucket(
  { location, region }: Readonly<{ location: S3Location; region: string | null }>,
  env: Env,
  { out, note, stop }: CheckIo,
): Promise<CheckResult> {
  const { place, cloud } = s3PlaceOf(location, region);
  const client = { ...place, env, credentials: credentialSource(env, cloud), tryMs, maxTries: 4 };
  const scratch = openScratch(client, stop);
  note(`Checking s3://${location.bucket} with objects ${scratch.keys.main}*\n`);
  const rows: Row[] = [];
  let result: CheckResult | null = null;
  try {
    for (const rule of rulesOf()) {
      const row = await tryRule(rule, scratch);
      rows.push(row);
      if (row.verdict === 'FAILS' && rows.length === 1) break; // the store takes an annotation for the object
    }
  } catch (error) {
    result = resultOf(error, note);
  } finally {
    const left = await scratch.remove();
    if (left.length > 0) {
      note(`Could not remove everything. Please remove these from s3://${location.bucket}:\n  ${left.join('\n  ')}\n`);
      result ??= 'impossible';
    }
  }
  out(`\ns3://${location.bucket}\n${toText(rows)}\n\n`);
  if (rows.some(({ seen, verdict }) => verdict === 'FAILS' && seen.includes('403')))
    note('403 for what does not exist: allow s3:ListBucket on the bucket, without which S3 hides what is missing\n');
  return result ?? (rows.some(({ verdict }) => verdict === 'FAILS') ? 'fails' : 'holds');
}

/** Throws what is a bug. */
function resultOf(error: unknown, note: (text: string) => void): CheckResult {
  if (error instanceof Stopped) {
    note('Stopped. The scratch objects are removed.\n');
    return 'stopped';
  }
  if (error instanceof NotAllowed) {
    note(
      `Cannot check: ${error.message}. Allow it on bucket-exif-check/* and try again; --help lists all permissions\n`,
    );
    return 'impossible';
  }
  if (!(error instanceof ProblemError)) throw error;
  note(`${error.message}\n`);
  return 'impossible';
}

/** The rows as a table. Text of the store in it is made safe for a terminal by the caller. */
function toText(rows: readonly Row[]): string {
  const cells = [
    ['RULE', 'EXPECTED', 'SEEN', ''],
    ...rows.map((row) => [row.rule, row.expected, row.seen, row.verdict]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
