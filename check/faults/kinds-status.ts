// Faults that a status code states: refusals, redirects, and success codes without the bytes asked for.
import type { ProblemCode } from '../../lib/problem';
import { endless, rawReply, refusal } from '../../testing/servers/raw-s3';
import { always, cutAt, everyPlace, type Headers, type Kind, partAt, type Stage } from './kind';

/** A reply of `status` with the error that S3 says. */
function refused(
  status: number,
  code: string,
  rest: Pick<Kind, 'cure' | 'codes'> & Partial<Kind>,
  name = `${status} ${code}`,
): Kind {
  return { name, places: [], say: ({ socket }) => void socket.write(refusal(status, code)), ...rest };
}

const passes = (...codes: readonly ProblemCode[]) => ({ cure: 'retry', codes: always(...codes) }) as const;
const stays = (...codes: readonly ProblemCode[]) => ({ cure: 'none', codes: always(...codes) }) as const;

/** A redirect to another object of the same store: one that is followed reads the wrong object. */
function redirect(status: number): Kind {
  const say = ({ socket, request }: Stage): void => {
    const location = `http://${request.headers['host'] ?? ''}/photos/elsewhere`;
    socket.write(rawReply(status, { Location: location }, '<Error><Code>PermanentRedirect</Code></Error>'));
  };
  return { name: `${status} redirect`, places: [], say, ofObject: true, ...stays('BucketMisconfigured') };
}

const page = '<html><body>Bad gateway</body></html>';

function bare(status: number, rest: Pick<Kind, 'cure' | 'codes'>, headers: Headers = {}, body = page): Kind {
  const say = ({ socket }: Stage): void => void socket.write(rawReply(status, headers, body));
  return { name: `${status} without an error of S3`, places: [], say, ofObject: true, ...rest };
}

export const statusKinds: readonly Kind[] = [
  redirect(301),
  redirect(302),
  redirect(307),
  {
    name: '304 that nobody asked for',
    places: [],
    ofObject: true,
    ...stays('BucketFault'),
    say: (stage) => void stage.socket.write(`HTTP/1.1 304 Not Modified\r\nETag: ${partAt(stage).etag}\r\n\r\n`),
  },
  refused(400, 'RequestTimeout', passes('Timeout')),
  refused(400, 'InvalidRequest', stays('ObjectRefused')),
  refused(400, 'ExpiredToken', stays('BucketMisconfigured')),
  refused(403, 'AccessDenied', stays('AccessDenied')),
  refused(403, 'SignatureDoesNotMatch', stays('BucketMisconfigured')),
  refused(403, 'InvalidObjectState', stays('InvalidObjectState')),
  refused(404, 'NoSuchKey', { ...stays('NoSuchKey'), ofObject: true }),
  refused(404, 'NoSuchBucket', stays('NoSuchBucket')),
  refused(405, 'MethodNotAllowed', stays('BucketMisconfigured')),
  refused(408, 'RequestTimeout', passes('Timeout')),
  refused(409, 'OperationAborted', passes('BucketFault')),
  refused(412, 'PreconditionFailed', { cure: 'restart', codes: always('ObjectChanged'), ofObject: true }),
  refused(416, 'InvalidRange', {
    cure: 'restart',
    firstCure: 'none',
    codes: (first) => (first ? ['EmptyObject'] : ['ObjectChanged']),
    ofObject: true,
  }),
  {
    name: '416 with the size of the object',
    places: [],
    cure: 'none',
    codes: always('BucketFault'),
    ofObject: true,
    say(stage) {
      const { object, etag } = partAt(stage);
      stage.socket.write(
        refusal(416, 'InvalidRange', { 'Content-Range': `bytes */${object.length}`, ETag: etag ?? '"-"' }),
      );
    },
  },
  refused(429, 'TooManyRequests', passes('SlowDown')),
  refused(500, 'InternalError', passes('BucketFault')),
  refused(501, 'NotImplemented', stays('BucketFault')),
  bare(502, passes('BucketFault')),
  refused(503, 'SlowDown', passes('SlowDown')),
  refused(503, 'ServiceUnavailable', passes('BucketFault')),
  bare(504, passes('BucketFault'), { Connection: 'close' }),
  {
    name: '503 whose text breaks off',
    places: everyPlace,
    ...passes('BucketFault', 'SlowDown'),
    say({ socket, place, random }) {
      const reply = refusal(503, 'SlowDown');
      socket.end(reply.subarray(0, cutAt(reply, place, random)));
    },
  },
  {
    name: '500 with text without end',
    places: [],
    ...passes('BucketFault'),
    say({ socket, request }) {
      endless('HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\n', `400\r\n${'x'.repeat(1024)}\r\n`)(
        socket,
        request,
      );
    },
  },
  bare(204, stays('BucketFault'), { 'Content-Length': null }, ''),
  bare(299, stays('BucketFault')),
  bare(600, stays('BucketFault')),
  {
    name: 'an error of S3 with status 200',
    places: [],
    ofObject: true,
    cure: 'restart',
    firstCure: 'retry',
    codes: (first) => (first ? ['BucketFault', 'SlowDown'] : ['ObjectChanged', 'BucketFault', 'SlowDown']),
    say: ({ socket }) => void socket.write(refusal(200, 'InternalError')),
  },
];
