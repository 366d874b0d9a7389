// The part of docs/cost.md that is computed: tables of what a million answers cost.
import type { Measured } from './measured';
import { type Price, prices } from './prices';
import {
  awsBill,
  type CacheKind,
  cached,
  ciBill,
  ciFreeImages,
  type Line,
  otherRegion,
  readBytes,
  roundTripMs,
  scfBill,
  sizes,
  total,
  type Use,
  uncached,
  type Work,
  wholeFile,
} from './sheet';

type Bill = (work: Work) => readonly Line[];

const heads = sizes.map((size) => (size < 1_000_000 ? `${size / 1000} KB` : `${size / 1_000_000} MB`));
const uses: readonly (readonly [Use, string])[] = [
  ['first', 'first answer, which fills it'],
  ['verify', 'later answers, `verify`'],
  ['trust', 'later answers, `trust`'],
];

/** All tables, in Markdown. */
export function costTables(measured: Measured): string {
  return [aws(measured), scf(measured), parts(measured), otherRegions(measured), inputs(measured), priceTable()].join(
    '\n\n',
  );
}

function aws(measured: Measured): string {
  const own = total(awsBill(uncached(measured)));
  return [
    '## A million answers on Lambda (arm64) and S3, in dollars',
    '',
    table(
      ['objects of', ...heads],
      [
        same('without a cache', own),
        ...cacheRows(measured, 'objects', 'cache in S3', awsBill),
        ...cacheRows(measured, 'dynamodb', 'cache in DynamoDB', awsBill),
        same('cache in memory, a hit, `verify`', total(awsBill(cached(measured, 'memory', 'verify')))),
        ['a handler that reads whole objects', ...wholes(measured, awsBill).map(money)],
        ['its price, of that without a cache', ...wholes(measured, awsBill).map((sum) => ratio(sum, own))],
      ],
    ),
    '',
    'S3 itself has no call that answers EXIF.',
  ].join('\n');
}

function scf(measured: Measured): string {
  const own = total(scfBill(uncached(measured)));
  const ci = (isFree: boolean) => sizes.map((size) => ciBill(size, isFree)).map((bill) => bill && total(bill));
  const shown = (sums: readonly (number | null)[], text: (sum: number) => string): readonly string[] =>
    sums.map((sum) => (sum === null ? 'refused' : text(sum)));
  const free = sizes.slice(0, 2).map((size, i) => `${count(ciFreeImages(size))} of ${heads[i]}`);
  return [
    '## A million answers on SCF and COS, in yuan',
    '',
    table(
      ['objects of', ...heads],
      [
        same('without a cache', own),
        ...cacheRows(measured, 'cos', 'cache in COS', scfBill),
        same('cache in memory, a hit, `verify`', total(scfBill(cached(measured, 'memory', 'verify')))),
        ['a handler that reads whole objects', ...wholes(measured, scfBill).map(money)],
        ['its price, of that without a cache', ...wholes(measured, scfBill).map((sum) => ratio(sum, own))],
        ["the cloud's own API (CI), within 10 TB a month", ...shown(ci(true), money)],
        ["the cloud's own API (CI), beyond", ...shown(ci(false), money)],
        ['its price beyond, of that without a cache', ...shown(ci(false), (sum) => ratio(sum, own))],
      ],
    ),
    '',
    `10 TB a month are ${free.join(' or ')}: up to there CI costs its requests only, which is less than any function.`,
    'It takes objects of at most 32 MB; here `EXIF_MAX_OBJECT_BYTES` must be raised for the last column.',
  ].join('\n');
}

function cacheRows(measured: Measured, kind: CacheKind, name: string, bill: Bill): readonly (readonly string[])[] {
  return uses.map(([use, text]) => same(`${name}, ${text}`, total(bill(cached(measured, kind, use)))));
}

function wholes(measured: Measured, bill: Bill): readonly number[] {
  return sizes.map((size) => total(bill(wholeFile(measured, size))));
}

/** What the sums are made of. */
function parts(measured: Measured): string {
  const works: readonly (readonly [string, Work])[] = [
    ['without a cache', uncached(measured)],
    ['cache of objects, first answer', cached(measured, 'objects', 'first')],
    ['cache of objects, later, `verify`', cached(measured, 'objects', 'verify')],
    ...sizes.map((size, i) => [`whole objects of ${heads[i]}`, wholeFile(measured, size)] as const),
  ];
  const names = awsBill(uncached(measured)).map(([name]) => name);
  const rows = works.map(([name, work]) => {
    const requests = `${Number(work.gets.toFixed(2))} GET${work.puts > 0 ? `, ${work.puts} PUT` : ''}`;
    return [name, requests, `${work.ms} in ${work.memoryMb}`, ...awsBill(work).map(([, amount]) => money(amount))];
  });
  return ['## What the dollars are', '', table(['', 'requests', 'ms in MB', ...names], rows)].join('\n');
}

function otherRegions(measured: Measured): string {
  const read = otherRegion(readBytes(measured));
  return [
    '## A bucket in another region, in dollars more',
    '',
    table(
      ['objects of', ...heads],
      [
        same(`here, ${count(Math.round(readBytes(measured)))} bytes each`, read),
        ['whole objects', ...sizes.map((size) => money(otherRegion(size)))],
        ['of that here', ...sizes.map((size) => ratio(otherRegion(size), read))],
      ],
    ),
  ].join('\n');
}

function inputs({ store, warm, logBytes }: Measured): string {
  return [
    '## Measured',
    '',
    table(
      ['', '', 'by'],
      [
        ['GETs an image', String(store.gets), store.from],
        ['handler, an answer, ms', String(warm.readMs), `${warm.from} (${warm.machine})`],
        ['handler, a hit of the cache, ms', String(warm.hitMs), 'the same'],
        ['handler that reads whole objects, 100 KB, ms', String(warm.wholeMs), 'the same'],
        ['bytes of log an answer', String(logBytes), 'a line of the Function URL'],
        ['round trip, ms', String(roundTripMs), 'an assumption'],
      ],
    ),
  ].join('\n');
}

function priceTable(): string {
  const rows = Object.values(prices).map((price: Price) => [
    price.what,
    `${price.currency} ${price.amount}`,
    price.unit === 'GB s' ? 'GB s' : price.per === 2 ** 30 ? 'GB' : count(price.per),
    price.date,
    `${price.source}${price.firstHand ? '' : ' *'}`,
  ]);
  return ['## Prices', '', table(['', 'price', 'for', 'dated', 'read at'], rows)].join('\n');
}

/** A row whose figure does not depend on the size of the object. */
function same(name: string, amount: number): readonly string[] {
  return [name, ...sizes.map(() => money(amount))];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `|${cells.map((cell) => (cell === '' ? ' ' : ` ${cell} `)).join('|')}|`;
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}

function money(amount: number): string {
  return amount.toFixed(2);
}

function ratio(amount: number, of: number): string {
  return `${(amount / of).toFixed(amount / of < 10 ? 1 : 0)} x`;
}

function count(amount: number): string {
  return amount.toLocaleString('en-US');
}
