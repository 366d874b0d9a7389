import { formatText, type LogSettings, writeLog } from '../../service/write-log';

const now = new Date(2026, 10, 3, 10, 20, 30, 456);
const request = {
  level: 'info',
  id: 'id-1',
  door: 'server',
  act: 'answer',
  method: 'GET',
  bucket: 'photos',
  key: 'a/b.jpg',
  caller: null,
  view: 'flat',
  status: 200,
  code: 'OK',
  cache: 'miss',
  requests: 1,
  bytes: 65_536,
  ms: 3.2,
};
const cost = '3.2 ms, 1 request, 65536 bytes';

test.each([
  [{}, `10:20:30 200 GET flat photos/a/b.jpg, ${cost}, cache miss`],
  [{ cache: 'off', requests: 2 }, '10:20:30 200 GET flat photos/a/b.jpg, 3.2 ms, 2 requests, 65536 bytes'],
  [{ key: null, bucket: null, view: null, cache: null, status: 405 }, `10:20:30 405 GET, ${cost}`],
  [
    { code: 'NoSuchKey', problem: 'Cannot read "a/b.jpg"', status: 404, cache: 'off' },
    `10:20:30 404 GET flat photos/a/b.jpg, ${cost}, NoSuchKey: Cannot read "a/b.jpg"`,
  ],
  [
    { level: 'warn', cacheProblem: 'Cannot write', cache: 'off' },
    `10:20:30 200 GET flat photos/a/b.jpg, ${cost}, cache: Cannot write`,
  ],
  [{ act: 'warm', method: null, view: null, status: null, cache: 'off' }, `10:20:30 info warm photos/a/b.jpg, ${cost}`],
])('a job with %j reads as %j', (change, text) => {
  expect(formatText({ ...request, ...change }, now)).toBe(text);
});

test('a line without a job is its level and its note or problem', () => {
  expect(formatText({ level: 'info', code: 'OK', note: 'keys changed: 2' }, now)).toBe('10:20:30 info keys changed: 2');
  expect(formatText({ level: 'error', code: 'KeysUnavailable', problem: 'Cannot read keys' }, now)).toBe(
    '10:20:30 error, KeysUnavailable: Cannot read keys',
  );
});

test('no key and no problem can move the cursor or look like another line', () => {
  const text = formatText(
    { ...request, key: 'a\n10:20:31 200\u001b[2J\u202eb', problem: 'x\n10:20:31 200\r\u009b' },
    now,
  );
  expect(text).toContain(String.raw`photos/a\u000a10:20:31 200\u001b[2J\u202eb`);
  expect(text.split('\n').slice(1)).toEqual([String.raw`    10:20:31 200\u000d\u009b`]);
  expect(formatText({ ...request, key: 'Zürich 照片.jpg' }, now)).toContain('photos/Zürich 照片.jpg');
});

/** What `writeLog` writes for a line of each level, in one write for each. */
function written(settings: LogSettings, isTerminal: boolean): readonly string[] {
  const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  const { isTTY } = process.stdout;
  process.stdout.isTTY = isTerminal;
  try {
    for (const level of ['info', 'warn', 'error']) writeLog({ level, note: 'x' }, settings);
    return write.mock.calls.map(([text]) => String(text));
  } finally {
    process.stdout.isTTY = isTTY;
    write.mockRestore();
  }
}

test.each([
  ['info', ['info', 'warn', 'error']],
  ['warn', ['warn', 'error']],
  ['error', ['error']],
] as const)('EXIF_LOG=%s writes the levels %j', (level, levels) => {
  expect(written({ level, format: 'json' }, false)).toEqual(levels.map((name) => `{"level":"${name}","note":"x"}\n`));
});

test.each([
  [null, true, 'text'],
  [null, false, 'json'],
  ['json', true, 'json'],
  ['text', false, 'text'],
] as const)('format %j with a terminal: %s writes %s', (format, isTerminal, form) => {
  const [line = ''] = written({ level: 'error', format }, isTerminal);
  expect(line).toMatch(form === 'json' ? /^\{"level":"error","note":"x"\}\n$/ : /^\d\d:\d\d:\d\d error x\n$/);
});
