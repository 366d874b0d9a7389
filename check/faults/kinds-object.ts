// Faults of what a reply says of the object: its range, its size, its version.
import { rawReply } from '../../testing/servers/raw-s3';
import {
  always,
  bytesOf,
  cutAt,
  type Headers,
  headLines,
  type Kind,
  type Part,
  partAt,
  partReply,
  type Stage,
} from './kind';

/** A fault that is a right 206 but for its headers. */
function headerKind(
  name: string,
  rest: Pick<Kind, 'cure' | 'codes'> & Partial<Kind>,
  changes: (stage: Stage) => Headers,
): Kind {
  const say = (stage: Stage): void => void stage.socket.write(partReply(partAt(stage), changes(stage)));
  return { name, places: [], ofObject: true, say, ...rest };
}

const wrong = { cure: 'none', codes: always('BucketFault') } as const;
/** A reply that says another version: read again from the start, once. */
const changed = { cure: 'restart', codes: always('ObjectChanged') } as const;

function rangeHeader(part: Part, start: number, end: number, size: number | string = part.object.length): Headers {
  return { 'Content-Range': `bytes ${start}-${end - 1}/${size}` };
}

/** A part with its range moved. */
function moved(stage: Stage, by: readonly [start: number, end: number]): Part {
  const { object, range, ...rest } = partAt(stage);
  const start = Math.max(0, range.start + by[0]);
  const end = Math.min(object.length, Math.max(start + 1, range.end + by[1]));
  return { ...rest, object, range: { start, end } };
}

function isSame(stage: Stage, { range }: Part): boolean {
  const asked = partAt(stage).range;
  return range.start === asked.start && range.end === asked.end;
}

/** The 200 of a store that does not know ranges. */
function whole({ object, etag, lastModified }: Part, changes: Headers = {}): Buffer {
  return rawReply(200, { ETag: etag, 'Last-Modified': lastModified.toUTCString(), ...changes }, object);
}

/** The same part as another version has it. */
function ofVersion(stage: Stage, version: 'replaced' | 'resized'): Buffer {
  return partReply(stage.partOf(version));
}

const refused412 = rawReply(412, {}, '<Error><Code>PreconditionFailed</Code></Error>');

export const objectKinds: readonly Kind[] = [
  {
    name: 'all of the object',
    places: [],
    cure: 'unneeded',
    codes: always(),
    ofObject: true,
    say: (stage) => void stage.socket.write(whole(partAt(stage))),
  },
  {
    name: 'all of the object, which breaks off',
    places: ['header', 'body'],
    cure: 'retry',
    codes: always('BucketFault'),
    ofObject: true,
    say(stage) {
      const part = partAt(stage);
      const reply = whole(part);
      const bodyAt = reply.indexOf('\r\n\r\n') + 4;
      const inBody = bodyAt + stage.random.below(part.range.end);
      stage.socket.end(reply.subarray(0, stage.place === 'body' ? inBody : cutAt(reply, 'header', stage.random)));
    },
  },
  {
    name: 'all of the object, without length',
    places: [],
    ...wrong,
    ofObject: true,
    say(stage) {
      const part = partAt(stage);
      const head = headLines(part, 'HTTP/1.1 200 OK').replace(/Content-Range.*\r\n/, '');
      stage.socket.end(Buffer.concat([Buffer.from(`${head}Connection: close\r\n\r\n`), part.object]));
    },
  },
  {
    name: '200 with the part only',
    places: [],
    cure: 'restart',
    codes: always('ObjectChanged', 'BucketFault'),
    ofObject: true,
    laterOnly: true,
    say(stage) {
      const part = partAt(stage);
      stage.socket.write(whole({ ...part, object: bytesOf(part) }));
    },
  },
  {
    name: '200 with nothing',
    places: [],
    cure: 'restart',
    firstCure: 'none',
    codes: (first) => (first ? ['EmptyObject'] : ['ObjectChanged', 'BucketFault']),
    ofObject: true,
    say: (stage) => void stage.socket.write(whole({ ...partAt(stage), object: new Uint8Array(0) })),
  },
  {
    name: 'another start',
    places: [],
    ...wrong,
    ofObject: true,
    say(stage) {
      const by = stage.random.pick([-1000, -1, 1, 1000]);
      const part = moved(stage, [by, 0]);
      stage.socket.write(partReply(isSame(stage, part) ? moved(stage, [1, 0]) : part));
    },
  },
  {
    name: 'another end',
    places: [],
    ...wrong,
    ofObject: true,
    say(stage) {
      const by = stage.random.pick([-1000, -1, 1, 1000]);
      const part = moved(stage, [0, by]);
      stage.socket.write(partReply(isSame(stage, part) ? moved(stage, [0, -1]) : part));
    },
  },
  headerKind('a start that is not that of the bytes', wrong, (stage) => {
    const part = partAt(stage);
    return rangeHeader(part, part.range.start + 1, part.range.end);
  }),
  headerKind('an end that is not that of the bytes', wrong, (stage) => {
    const part = partAt(stage);
    return rangeHeader(part, part.range.start, part.range.end - 1);
  }),
  headerKind(
    'another size',
    { cure: 'restart', firstCure: 'none', codes: always('ObjectChanged', 'BucketFault'), altersStat: true },
    (stage) => {
      const part = partAt(stage);
      const size = part.object.length + stage.random.pick([1, 100, 10_000]);
      return rangeHeader(part, part.range.start, part.range.end, size);
    },
  ),
  headerKind('no Content-Range', wrong, () => ({ 'Content-Range': null })),
  headerKind('a garbled Content-Range', wrong, (stage) => ({
    'Content-Range': stage.random.pick([
      '',
      'bytes',
      'bytes 0-',
      'bytes 5-1/9',
      'octets 0-1/2',
      'bytes 0-1/1',
      'bytes a-b/c',
    ]),
  })),
  headerKind('a Content-Range without size', wrong, (stage) => {
    const part = partAt(stage);
    return rangeHeader(part, part.range.start, part.range.end, '*');
  }),
  {
    name: 'two Content-Ranges',
    places: [],
    ...wrong,
    ofObject: true,
    say(stage) {
      const part = partAt(stage);
      const { start, end } = part.range;
      const reply = partReply(part, { 'content-range': `bytes ${start + 1}-${end}/${part.object.length + 1}` });
      stage.socket.write(reply);
    },
  },
  headerKind('no ETag', { ...changed, altersStat: true }, () => ({ ETag: null })),
  headerKind('a weak ETag', { ...changed, altersStat: true }, (stage) => ({ ETag: `W/${partAt(stage).etag}` })),
  headerKind('another ETag for the same bytes', { ...changed, altersStat: true }, () => ({
    ETag: '"of another version"',
  })),
  headerKind('a garbled ETag', { ...changed, altersStat: true }, (stage) => ({
    ETag: stage.random.pick(['', 'bare', '"open', '"a"b"', '"\x80\xff"']),
  })),
  {
    name: 'two ETags',
    places: [],
    ...changed,
    ofObject: true,
    altersStat: true,
    say(stage) {
      const part = partAt(stage);
      stage.socket.write(
        stage.random.chance(0.5) ? partReply(part, { etag: '"x"' }) : partReply(part, { ETag: '"x"', etag: part.etag }),
      );
    },
  },
  headerKind('another date', { ...changed, altersStat: true }, () => ({
    'Last-Modified': new Date(1e12).toUTCString(),
  })),
  headerKind('a garbled date', { ...changed, altersStat: true }, () => ({ 'Last-Modified': 'yesterday' })),
  {
    name: 'no ETags at all',
    places: [],
    cure: 'unneeded',
    codes: always(),
    ofObject: true,
    tagless: true,
    say: (stage) => void stage.socket.write(stage.reply),
  },
  {
    name: 'replaced',
    places: [],
    ...changed,
    ofObject: true,
    becomes: 'replaced',
    // A store that honours If-Match: the first read has none.
    say: (stage) => void stage.socket.write(honest(stage, 'replaced')),
  },
  {
    name: 'replaced by another size',
    places: [],
    ...changed,
    ofObject: true,
    becomes: 'resized',
    say: (stage) => void stage.socket.write(honest(stage, 'resized')),
  },
  {
    name: 'replaced, If-Match ignored',
    places: [],
    ...changed,
    ofObject: true,
    becomes: 'replaced',
    say: (stage) => void stage.socket.write(ofVersion(stage, 'replaced')),
  },
  {
    name: 'replaced by another size, If-Match ignored',
    places: [],
    ...changed,
    ofObject: true,
    becomes: 'resized',
    say: (stage) => void stage.socket.write(ofVersion(stage, 'resized')),
  },
  {
    name: 'replaced, no ETags at all',
    places: [],
    ...changed,
    ofObject: true,
    becomes: 'replaced',
    tagless: true,
    say: (stage) => void stage.socket.write(ofVersion(stage, 'replaced')),
  },
];

function honest(stage: Stage, version: 'replaced' | 'resized'): Buffer {
  const pin = stage.request.headers['if-match'];
  return pin === undefined || pin === stage.partOf(version).etag ? ofVersion(stage, version) : refused412;
}
