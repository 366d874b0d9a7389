// `?ci-process=ImageAIGCMetadata`, from the request to the JSON, and which signatures it accepts.
import type { Access } from '../../../lib/auth';
import { parseKeyRing } from '../../../lib/auth/key-ring';
import { xmpNamespaces } from '../../../lib/block/xmp-namespaces';
import { runJob } from '../../../lib/job';
import { Tag } from '../../../lib/tag/ids';
import { clock, cosRequest, host, key, type Pair, sigV4Request } from '../../../testing/auth/requests';
import { utf8 } from '../../../testing/build/bytes';
import { buildJpeg, exifSegment, frameHeader, xmpSegment } from '../../../testing/build/jpeg';
import { ascii, buildTiff } from '../../../testing/build/tiff';
import { xmpPacket } from '../../../testing/build/xmp';
import { everyone } from '../../../testing/fakes/access';
import { answering } from '../../../testing/fakes/answering';
import { bucketOf } from '../../../testing/fakes/counting-bucket';
import { jobDeps } from '../../../testing/fakes/job-deps';
import { run } from '../job-world';

const label = {
  Label: '1',
  ContentProducer: '000123',
  ProduceID: '42',
  ReservedCode1: '{"a":1}',
  ContentPropagator: '传播者',
  PropagateID: '43',
  ReservedCode2: '',
};
const quoted = (value: object) => JSON.stringify(value).replaceAll('"', '&quot;');
const packet = (value: object) =>
  xmpPacket(`<rdf:Description rdf:about="" xmlns:t="${xmpNamespaces.TC260}" t:AIGC="${quoted(value)}"/>`);
/** XMP is UTF-8, and a segment is made of characters with a byte each. */
const bytesOf = (text: string) => String.fromCharCode(...utf8(text));
const inXmp = (value: object) => buildJpeg([xmpSegment(bytesOf(packet(value))), frameHeader(3, 2)]);
const plain = buildJpeg([frameHeader(3, 2)]);
const make = buildJpeg([
  exifSegment(buildTiff({ fields: [ascii(Tag.Make, '{"AIGC":{"Label":"1"}}')] })),
  frameHeader(3, 2),
]);

const pair: Pair = ['ci-process', 'ImageAIGCMetadata'];
const query = pair.join('=');
const of = (bytes: Uint8Array) => answering({ bytes, etag: '"v1"', lastModified: new Date(0) });

test.each<[string, Uint8Array, string]>([
  ['all members', inXmp(label), JSON.stringify({ AIGC: label })],
  [
    'members in the documented order',
    inXmp({ ProduceID: '42', Label: '2', Other: 'x' }),
    '{"AIGC":{"Label":"2","ProduceID":"42"}}',
  ],
  ['no label', plain, '{}'],
  ['a text of EXIF that is not a label', make, '{}'],
])('%s', async (_name, bytes, body) => {
  const answer = await of(bytes).ask({ query });
  expect(answer).toMatchObject({ status: 200, body, reads: 1 });
  expect(answer.headers).toMatchObject({ 'content-type': 'application/json', 'x-content-type-options': 'nosniff' });
});

test('a client that has the answer gets 304', async () => {
  const { ask } = of(inXmp(label));
  const { etag = '' } = (await ask({ query })).headers;
  expect(await ask({ query, headers: { 'if-none-match': etag } })).toMatchObject({ status: 304 });
  expect((await ask({ query: 'metadata' })).headers['etag']).not.toBe(etag);
});

test.each<[string, Uint8Array | null, number, string]>([
  ['not an image', utf8('text'), 400, 'InvalidImageFormat'],
  ['no object', null, 404, 'NoSuchKey'],
])('%s', async (_name, bytes, status, code) => {
  const { ask } = answering(bytes === null ? null : { bytes, etag: '"v1"' });
  const answer = await ask({ query });
  expect(answer.status).toBe(status);
  expect(answer.body).toContain(`<Code>${code}</Code>`);
});

test('the log names the operation', async () => {
  const { ask, lines } = of(inXmp(label));
  await ask({ query });
  expect(lines).toMatchObject([{ view: 'ImageAIGCMetadata', code: 'OK', container: 'jpeg' }]);
});

describe('a private object', () => {
  const access: Access = {
    ...everyone,
    callers: 'signed',
    isPublic: () => false,
    keys: async () => parseKeyRing(JSON.stringify({ [key.id]: key.secret })),
    hosts: new Map([[host, { bucketId: 'b' }]]),
    regions: new Map([['b', 'eu-west-1']]),
  };
  const deps = jobDeps(bucketOf(inXmp(label)).bucket, { access, now: () => new Date(clock * 1000) });

  test.each([
    ['COS, in the header', cosRequest('header', { params: [pair] })],
    ['COS, in the query', cosRequest('query', { params: [pair] })],
    ['COS, in the parameter sign', cosRequest('sign', { params: [pair] })],
    ['SigV4, in the header', sigV4Request('header', { params: [pair] })],
    ['SigV4, in the query', sigV4Request('query', { params: [pair] })],
  ])('is answered with a signature of %s', async (_name, request) => {
    const answer = await run(runJob({ id: 'id-1', trigger: 'test', act: 'answer', request }, deps, null));
    expect(answer).toMatchObject({ status: 200, body: JSON.stringify({ AIGC: label }) });
  });

  const added = { params: [], unsignedParams: [pair] };
  test.each([
    ['without a signature', { ...cosRequest('header', { params: [pair] }), headers: { host } }, 'AccessDenied'],
    ['COS in the header, parameter not signed', cosRequest('header', added), 'AccessDenied'],
    ['COS in the query, parameter not signed', cosRequest('query', added), 'AccessDenied'],
    ['SigV4 in the query, parameter not signed', sigV4Request('query', added), 'SignatureDoesNotMatch'],
  ])('is refused: %s', async (_name, request, code) => {
    const answer = await run(runJob({ id: 'id-1', trigger: 'test', act: 'answer', request }, deps, null));
    expect(answer.status).not.toBe(200);
    expect(answer.body).toContain(`<Code>${code}</Code>`);
  });

  test('a signature of exif is for exif, whatever was added', async () => {
    const request = cosRequest('query', { unsignedParams: [pair] });
    const answer = await run(runJob({ id: 'id-1', trigger: 'test', act: 'answer', request }, deps, null));
    expect(answer.body).toBe('{"error" : "no exif data"}');
  });
});
