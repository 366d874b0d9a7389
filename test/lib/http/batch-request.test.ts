import { readBatch } from '../../../lib/http/batch-request';
import { ProblemError } from '../../../lib/problem';
import { defaultStyle } from '../../../lib/style';

const read = (body: string | Uint8Array) =>
  readBatch(typeof body === 'string' ? new TextEncoder().encode(body) : body, defaultStyle);
const hundred = Array.from({ length: 100 }, (_, at) => `${at}.jpg`);

test.each([
  [undefined, 'cos'],
  ['exif', 'cos'],
  ['exif/style/flat', 'flat'],
  ['exif/only/Make,Model', 'cos/only/Make,Model'],
  ['exif/style/typed/only/Make', 'typed/only/Make'],
  ['imageInfo', 'imageInfo'],
  ['x-oss-process=image/info', 'oss'],
])('the view %j is %s', (view, id) => {
  const { keys, view: found } = read(JSON.stringify({ keys: ['a b%2F.jpg', 'a b%2F.jpg'], view }));
  expect(keys).toEqual(['a b%2F.jpg', 'a b%2F.jpg']);
  expect(found).toMatchObject({ kind: 'record', id });
});

test('100 keys are allowed, and a byte order mark', () => {
  expect(read(JSON.stringify({ keys: hundred })).keys).toEqual(hundred);
  expect(read(`\ufeff${JSON.stringify({ keys: ['a'] })}`).keys).toEqual(['a']);
});

test.each<[string, string | Uint8Array, RegExp]>([
  ['no body', '', /it must be JSON in UTF-8/],
  ['text', 'a.jpg', /it must be JSON in UTF-8/],
  ['bytes that are not UTF-8', Uint8Array.of(0x22, 0xff, 0x22), /it must be JSON in UTF-8/],
  ['a list', '["a.jpg"]', /it must be a JSON object/],
  ['null', 'null', /it must be a JSON object/],
  ['no keys', '{}', /"keys" must be a list of texts/],
  ['a key alone', '{"keys":"a.jpg"}', /"keys" must be a list of texts/],
  ['a key of another type', '{"keys":["a.jpg",1]}', /"keys" must be a list of texts/],
  ['an empty list', '{"keys":[]}', /must have 1 to 100 keys, it has 0/],
  ['101 keys', JSON.stringify({ keys: [...hundred, 'more'] }), /must have 1 to 100 keys, it has 101/],
  ['a view of another type', '{"keys":["a"],"view":1}', /"view" must be a text/],
  ['a view without an end', JSON.stringify({ keys: ['a'], view: 'x'.repeat(9000) }), /the view is too long/],
  ['another member', '{"keys":["a"],"style":"flat"}', /its only members are "keys" and "view"/],
  ['a member of every object', '{"keys":["a"],"__proto__":{}}', /its only members are/],
])('%s is refused with the reason', (_, body, reason) => {
  expect(() => read(body)).toThrow(
    expect.objectContaining({ code: 'BatchMalformed', safeDetail: expect.stringMatching(reason) }),
  );
});

test.each([
  '',
  'exif/thumbnail',
  'exif/thumbnail/orient',
  'exif/preview',
  'exif/style/none',
  'exif%2Fstyle/flat',
  'exif&imageInfo',
  'exif=1',
])('the view %j is refused as GET refuses it, and thumbnails because a batch answers JSON', (view) => {
  const refused = () => read(JSON.stringify({ keys: ['a'], view }));
  expect(refused).toThrow(ProblemError);
  expect(refused).toThrow(expect.objectContaining({ code: expect.stringMatching(/^Operation(Unknown|Missing)$/) }));
});

test.each(['exif/thumbnail', 'exif/preview', 'ci-process=videoinfo'])('%s is refused, because GET has it', (view) => {
  const safeDetail = expect.stringMatching(/^A batch answers JSON only: .* ci-process=videoinfo with one GET/);
  expect(() => read(JSON.stringify({ keys: ['a'], view }))).toThrow(expect.objectContaining({ safeDetail }));
});

test('the message about an unknown view speaks of the batch, not of an address', () => {
  const safeDetail = expect.stringMatching(/^The "view" is not known: .*"exif\/style\/flat"/);
  expect(() => read('{"keys":["a"],"view":"nope"}')).toThrow(expect.objectContaining({ safeDetail }));
});
