// Faults that a status code states: refusals, redirects, and success codes without the bytes asked for.
import { endless, rawReply, refusal } from '../../testing/servers/raw-s3';
import {
  cut,
  everyPlace,
  final,
  type Headers,
  kindsOf,
  ofObject,
  partAt,
  type Row,
  restarted,
  retried,
  type Traits,
} from './kind';

/** A reply of `status` with an error as S3 writes it. */
function refused(status: number, code: string, traits: Traits): Row {
  return [`${status} ${code}`, traits, () => refusal(status, code)];
}

/** A redirect to another object of the same store: a client that follows it reads the wrong object. */
function redirect(status: number): Row {
  return [
    `${status} redirect`,
    ofObject(final('BucketMisconfigured')),
    ({ request }) => {
      const location = `http://${request.headers['host'] ?? ''}/photos/elsewhere`;
      return rawReply(status, { Location: location }, '<Error><Code>PermanentRedirect</Code></Error>');
    },
  ];
}

const page = '<html><body>Bad gateway</body></html>';

function bare(status: number, traits: Traits, headers: Headers = {}, body = page): Row {
  return [`${status} without an error of S3`, ofObject(traits), () => rawReply(status, headers, body)];
}

const fault = 'BucketFault';

export const statusKinds = kindsOf([
  redirect(301),
  redirect(302),
  redirect(307),
  [
    '304 that nobody asked for',
    ofObject(final(fault)),
    (stage) => `HTTP/1.1 304 Not Modified\r\nETag: ${partAt(stage).etag}\r\n\r\n`,
  ],
  refused(400, 'RequestTimeout', retried('Timeout')),
  refused(400, 'InvalidRequest', final('ObjectRefused')),
  refused(400, 'ExpiredToken', final('BucketMisconfigured')),
  refused(403, 'AccessDenied', final('AccessDenied')),
  refused(403, 'SignatureDoesNotMatch', final('BucketMisconfigured')),
  refused(403, 'InvalidObjectState', final('InvalidObjectState')),
  refused(404, 'NoSuchKey', ofObject(final('NoSuchKey'))),
  refused(404, 'NoSuchBucket', final('NoSuchBucket')),
  refused(405, 'MethodNotAllowed', final('BucketMisconfigured')),
  refused(408, 'RequestTimeout', retried('Timeout')),
  refused(409, 'OperationAborted', retried(fault)),
  refused(412, 'PreconditionFailed', ofObject(restarted('ObjectChanged'))),
  refused(416, 'InvalidRange', {
    ...ofObject(restarted()),
    firstCure: 'none',
    codes: (first) => (first ? ['EmptyObject'] : ['ObjectChanged']),
  }),
  [
    '416 with the size of the object',
    ofObject(final(fault)),
    (stage) => {
      const { object, etag } = partAt(stage);
      return refusal(416, 'InvalidRange', { 'Content-Range': `bytes */${object.length}`, ETag: etag ?? '"-"' });
    },
  ],
  refused(429, 'TooManyRequests', retried('SlowDown')),
  refused(500, 'InternalError', retried(fault)),
  refused(501, 'NotImplemented', final(fault)),
  bare(502, retried(fault)),
  refused(503, 'SlowDown', retried('SlowDown')),
  refused(503, 'ServiceUnavailable', retried(fault)),
  bare(504, retried(fault), { Connection: 'close' }),
  [
    '503 whose text breaks off',
    { ...retried(fault, 'SlowDown'), places: everyPlace },
    (stage) => void stage.socket.end(cut(stage, refusal(503, 'SlowDown'))),
  ],
  [
    '500 with text without end',
    retried(fault),
    ({ socket, request }) => {
      const head = 'HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\n';
      endless(head, `400\r\n${'x'.repeat(1024)}\r\n`)(socket, request);
    },
  ],
  bare(204, final(fault), { 'Content-Length': null }, ''),
  bare(299, final(fault)),
  bare(600, final(fault)),
  [
    'an error of S3 with status 200',
    {
      ...ofObject(restarted()),
      firstCure: 'retry',
      codes: (first) => (first ? [fault, 'SlowDown'] : ['ObjectChanged', fault, 'SlowDown']),
    },
    () => refusal(200, 'InternalError'),
  ],
]);
