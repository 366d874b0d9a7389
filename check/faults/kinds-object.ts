// Faults in what a reply states about the object: its range, its size, its version.
import { rawReply } from '../../testing/servers/raw-s3';
import {
  bytesOf,
  cutAt,
  final,
  type Headers,
  harmless,
  headLines,
  kindsOf,
  ofObject,
  type Part,
  partAt,
  partReply,
  type Row,
  restarted,
  retried,
  type Stage,
  type Traits,
} from './kind';

const wrong = ofObject(final('BucketFault'));
/** A reply that states another version: the client must read again from the start, once. */
const changed = ofObject(restarted('ObjectChanged'));
const otherStat: Traits = { ...changed, altersStat: true };
const other = ofObject(restarted('ObjectChanged', 'BucketFault'));

/** A fault that is a right 206 except for its headers. */
function headers(name: string, traits: Traits, changes: (part: Part, stage: Stage) => Headers): Row {
  return [name, traits, (stage) => partReply(partAt(stage), changes(partAt(stage), stage))];
}

function rangeHeader(start: number, end: number, size: number | string): Headers {
  return { 'Content-Range': `bytes ${start}-${end - 1}/${size}` };
}

/** Another range of the object than the request asks for, moved at one side. */
function moved(stage: Stage, side: 'start' | 'end'): Buffer {
  const part = partAt(stage);
  const { object, range } = part;
  const move = (by: number): Part => {
    const start = side === 'start' ? Math.max(0, range.start + by) : range.start;
    const end = Math.min(object.length, Math.max(start + 1, side === 'end' ? range.end + by : range.end));
    return { ...part, range: { start, end } };
  };
  const one = move(stage.random.pick([-1000, -1, 1, 1000]));
  const isSame = one.range.start === range.start && one.range.end === range.end;
  return partReply(isSame ? move(side === 'start' ? 1 : -1) : one);
}

/** The 200 of a store that does not know ranges. */
function whole({ object, etag, lastModified }: Part): Buffer {
  return rawReply(200, { ETag: etag, 'Last-Modified': lastModified.toUTCString() }, object);
}

type LaterVersion = 'replaced' | 'resized';

/** The same part of another version, from a store that ignores If-Match. */
const careless = (version: LaterVersion) => (stage: Stage) => partReply(stage.partOf(version));

/** The same from a store that honours If-Match; the first read has none. */
const honest = (version: LaterVersion) => (stage: Stage) => {
  const pin = stage.request.headers['if-match'];
  if (pin === undefined || pin === stage.partOf(version).etag) return careless(version)(stage);
  return rawReply(412, {}, '<Error><Code>PreconditionFailed</Code></Error>');
};

export const objectKinds = kindsOf([
  ['all of the object', ofObject(harmless), (stage) => whole(partAt(stage))],
  [
    'all of the object, which breaks off',
    { ...ofObject(retried('BucketFault')), places: ['header', 'body'] },
    (stage) => {
      const part = partAt(stage);
      const reply = whole(part);
      const inBody = reply.indexOf('\r\n\r\n') + 4 + stage.random.below(part.range.end);
      stage.socket.end(reply.subarray(0, stage.place === 'body' ? inBody : cutAt(reply, 'header', stage.random)));
    },
  ],
  [
    'all of the object, without length',
    wrong,
    (stage) => {
      const part = partAt(stage);
      const head = headLines(part, 'HTTP/1.1 200 OK').replace(/Content-Range.*\r\n/, '');
      stage.socket.end(Buffer.concat([Buffer.from(`${head}Connection: close\r\n\r\n`), part.object]));
    },
  ],
  [
    '200 with the part only',
    { ...other, laterOnly: true },
    (stage) => whole({ ...partAt(stage), object: bytesOf(partAt(stage)) }),
  ],
  [
    '200 with nothing',
    { ...other, firstCure: 'none', codes: (first) => (first ? ['EmptyObject'] : ['ObjectChanged', 'BucketFault']) },
    (stage) => whole({ ...partAt(stage), object: new Uint8Array(0) }),
  ],
  ['another start', wrong, (stage) => moved(stage, 'start')],
  ['another end', wrong, (stage) => moved(stage, 'end')],
  headers('a start that is not that of the bytes', wrong, ({ object, range }) =>
    rangeHeader(range.start + 1, range.end, object.length),
  ),
  headers('an end that is not that of the bytes', wrong, ({ object, range }) =>
    rangeHeader(range.start, range.end - 1, object.length),
  ),
  headers('another size', { ...other, firstCure: 'none', altersStat: true }, ({ object, range }, { random }) =>
    rangeHeader(range.start, range.end, object.length + random.pick([1, 100, 10_000])),
  ),
  headers('no Content-Range', wrong, () => ({ 'Content-Range': null })),
  headers('a garbled Content-Range', wrong, (_part, { random }) => ({
    'Content-Range': random.pick([
      '',
      'bytes',
      'bytes 0-',
      'bytes 5-1/9',
      'octets 0-1/2',
      'bytes 0-1/1',
      'bytes a-b/c',
    ]),
  })),
  headers('a Content-Range without size', wrong, ({ range }) => rangeHeader(range.start, range.end, '*')),
  // Header names in another case add a second header.
  headers('two Content-Ranges', wrong, ({ object, range: { start, end } }) => ({
    'content-range': `bytes ${start + 1}-${end}/${object.length + 1}`,
  })),
  headers('no ETag', otherStat, () => ({ ETag: null })),
  headers('a weak ETag', otherStat, ({ etag }) => ({ ETag: `W/${etag}` })),
  headers('another ETag for the same bytes', otherStat, () => ({ ETag: '"of another version"' })),
  headers('a garbled ETag', otherStat, (_part, { random }) => ({
    ETag: random.pick(['', 'bare', '"open', '"a"b"', '"\x80\xff"']),
  })),
  headers('two ETags', otherStat, ({ etag }, { random }) =>
    random.chance(0.5) ? { etag: '"x"' } : { ETag: '"x"', etag },
  ),
  headers('another date', otherStat, () => ({ 'Last-Modified': new Date(1e12).toUTCString() })),
  headers('a garbled date', otherStat, () => ({ 'Last-Modified': 'yesterday' })),
  ['no ETags at all', { ...ofObject(harmless), tagless: true }, ({ reply }) => reply],
  ['replaced', { ...changed, becomes: 'replaced' }, honest('replaced')],
  ['replaced by another size', { ...changed, becomes: 'resized' }, honest('resized')],
  ['replaced, If-Match ignored', { ...changed, becomes: 'replaced' }, careless('replaced')],
  ['replaced by another size, If-Match ignored', { ...changed, becomes: 'resized' }, careless('resized')],
  ['replaced, no ETags at all', { ...changed, becomes: 'replaced', tagless: true }, careless('replaced')],
]);
