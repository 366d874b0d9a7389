// The questions in SQL of docs/tables.md: each runs in DuckDB over a file of the rows below, and has the answer written here.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { Row } from '../../lib/table/columns';
import { encodePart } from '../../lib/table/parquet';
import { type RowState, rowOf } from '../../lib/table/row';
import { blocksOf } from './blocks';
import { readPages } from './markdown';

const canon = { make: 'Canon', model: 'Canon EOS R5', lens: 'RF50mm F1.2 L USM', serialNumber: '032021000123' };
const phone = { make: 'Apple', model: 'iPhone 15', lens: 'iPhone 15 back camera' };

function row(key: string, state: RowState): Row {
  return rowOf(
    { bucket: 'photos', key, etag: '"1"', size: 1000, lastModified: '2026-01-01T00:00:00Z', order: 1 },
    state,
  );
}

const jpeg = (key: string, record: Readonly<Record<string, unknown>>, givesAway: readonly string[] = []): Row =>
  row(key, { record: { format: 'jpeg', ...record }, givesAway });

const rows: readonly Row[] = [
  jpeg(
    'berlin.jpg',
    {
      ...{ ...canon, takenAt: '2024-05-17T12:15:00.250+02:00', latitude: 52.52, longitude: 13.4, shutterCount: 900 },
      ...{ keywords: ['city', 'spring'], tags: { SceneCaptureType: 'Standard' } },
    },
    ['position', 'serial'],
  ),
  jpeg(
    'burst-1.jpg',
    { ...canon, takenAt: '2024-06-01T08:00:00.100', shutterCount: 1200, tags: { SceneCaptureType: 'Standard' } },
    ['serial'],
  ),
  jpeg(
    'burst-2.jpg',
    { ...canon, takenAt: '2024-06-01T08:00:00.350', shutterCount: 1201, tags: { SceneCaptureType: 'Portrait' } },
    ['serial', 'face'],
  ),
  jpeg('cape.jpg', { ...canon, serialNumber: '55', takenAt: '2025-01-02T09:00:00', latitude: -33.9, longitude: 18.4 }, [
    'position',
    'serial',
  ]),
  row('live.heic', {
    record: {
      ...phone,
      format: 'heif',
      takenAt: '2025-07-01T10:00:00+02:00',
      livePhotoId: 'A1',
      latitude: 48.1,
      longitude: 11.6,
      keywords: ['city'],
    },
    givesAway: ['position'],
  }),
  row('live.mov', {
    record: {
      make: 'Apple',
      model: 'iPhone 15',
      format: 'mov',
      takenAt: '2025-07-01T10:00:00+02:00',
      livePhotoId: 'A1',
      duration: 2.5,
    },
    givesAway: [],
  }),
  row('made.png', { record: { format: 'png', ai: { generated: true, source: 'C2PA' } }, givesAway: ['prompt'] }),
  row('drawn.png', {
    record: { format: 'png', ai: { generated: false, source: 'IPTC DigitalSourceType' } },
    givesAway: [],
  }),
  row('a.txt', { code: 'NotAnImage' }),
  row('b.txt', { code: 'NotAnImage' }),
  row('empty.jpg', { code: 'EmptyObject' }),
];

/** The answers in the order of the page, by the question. */
const answers: Readonly<Record<string, readonly (readonly unknown[])[]>> = {
  'Which lenses are used most?': [
    ['RF50mm F1.2 L USM', 4],
    ['iPhone 15 back camera', 1],
  ],
  'Which images were taken in a rectangle?': [
    ['berlin.jpg', 52.52, 13.4],
    ['live.heic', 48.1, 11.6],
  ],
  'Which images have no position?': [
    ['burst-1.jpg', 'jpeg'],
    ['burst-2.jpg', 'jpeg'],
    ['drawn.png', 'png'],
    ['live.mov', 'mov'],
    ['made.png', 'png'],
  ],
  'Which images say that they were generated?': [['made.png', 'C2PA']],
  'Which cameras are these, by their serial number?': [
    ['032021000123', 'Canon EOS R5', 3, '2024-05-17 12:15:00.25', '2024-06-01 08:00:00.35', 1201],
    ['55', 'Canon EOS R5', 1, '2025-01-02 09:00:00', '2025-01-02 09:00:00', null],
  ],
  'How many images are there for each month?': [
    ['2024-05', 1],
    ['2024-06', 2],
    ['2025-01', 1],
    ['2025-07', 2],
  ],
  'How many for each camera and year?': [
    [2024, 'Canon', 'Canon EOS R5', 3],
    [2025, 'Apple', 'iPhone 15', 2],
    [2025, 'Canon', 'Canon EOS R5', 1],
  ],
  'What gives away a person or a place?': [
    ['serial', 4],
    ['position', 3],
    ['face', 1],
    ['prompt', 1],
  ],
  'Which images may be the same, or a burst?': [
    ['2024-06-01 08:00:00', 'Canon EOS R5', 2, ['burst-1.jpg', 'burst-2.jpg']],
  ],
  'Which picture and which video are one Live Photo?': [['live.heic', 'live.mov']],
  'What could not be read?': [
    ['NotAnImage', 2, 'a.txt'],
    ['EmptyObject', 1, 'empty.jpg'],
  ],
  'Which keywords are used?': [
    ['city', 2],
    ['spring', 1],
  ],
  'What do other tags say?': [
    ['Standard', 2],
    ['Portrait', 1],
  ],
};

const page = readPages().find(({ path }) => path === 'docs/tables.md') ?? { path: '', text: '' };
const section = /^## Questions in SQL\n(.*?)^## /ms.exec(page.text)?.[1] ?? '';
/** Each question, and the SQL after it. */
const questions = section
  .split(/^\*\*(?=[^*]+\?\*\*)/m)
  .slice(1)
  .map((text): [string, string] => {
    const [block] = blocksOf({ path: page.path, text });
    return [text.split('**')[0] ?? '', block?.text ?? ''];
  });

let folder: string;
let instance: DuckDBInstance;
let connection: DuckDBConnection;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bucket-exif-questions-'));
  const part = await encodePart(rows);
  writeFileSync(join(folder, 'photos.parquet'), part);
  const ofMonth = join(folder, 'dataset', 'data', 'month=none');
  mkdirSync(ofMonth, { recursive: true });
  writeFileSync(join(ofMonth, 'part-0.parquet'), part);
  instance = await DuckDBInstance.create(':memory:');
  connection = await instance.connect();
  await connection.run(`SET file_search_path = '${folder}'`);
});
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
  rmSync(folder, { recursive: true });
});

test('every question has an answer here, in the same order', () => {
  expect(questions.map(([question]) => question)).toEqual(Object.keys(answers));
});

test.each(questions)('%s', async (question, sql) => {
  expect(await answerTo(sql)).toEqual(answers[question]);
});

test.each(questions)('of a dataset that is divided by month: %s', async (question, sql) => {
  expect(await answerTo(sql.replaceAll('photos.parquet', `${folder}/dataset/data/**/*.parquet`))).toEqual(
    answers[question],
  );
});

async function answerTo(sql: string): Promise<readonly unknown[]> {
  const reader = await connection.runAndReadAll(sql);
  return reader.getRowsJson().map((cells) => cells.map(toValue));
}

/** The JSON of DuckDB has int64 as text. */
function toValue(cell: unknown): unknown {
  return typeof cell === 'string' && /^\d{1,4}$/.test(cell) && cell !== '55' ? Number(cell) : cell;
}
