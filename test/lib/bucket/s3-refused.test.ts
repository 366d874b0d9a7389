// What a store says when it refuses an object: which refusals are tried again, and what the others are.
import { type RawServer, rawReply, rawServer } from '../../../testing/servers/raw-s3';
import { refTo, soon } from './contract';
import { bucketAt, good, told } from './scripted';

type RefusalCase = readonly [status: number, code: string, message: string];

const noSseC = 'The object was stored using a form of Server Side Encryption. The correct parameters must be provided.';

/** Each passes by itself: the problem after three tries. */
const passing: readonly (readonly [number, string, string])[] = [
  [400, 'RequestTimeout', 'Timeout'],
  [400, 'RequestTimeOut', 'Timeout'],
  [408, 'RequestTimeout', 'Timeout'],
  [408, '', 'Timeout'],
  [400, 'Throttling', 'SlowDown'],
  [400, 'ThrottlingException', 'SlowDown'],
  [400, 'KMS.ThrottlingException', 'SlowDown'],
  [400, 'RequestLimitExceeded', 'SlowDown'],
  [403, 'RequestThrottled', 'SlowDown'],
  [400, 'SlowDown', 'SlowDown'],
  [429, 'TooManyRequestsException', 'SlowDown'],
  [503, 'SlowDownRead', 'SlowDown'],
  [400, 'InternalError', 'BucketFault'],
  [409, 'OperationAborted', 'BucketFault'],
  [400, 'ServiceUnavailable', 'BucketFault'],
  [400, 'KMS.KMSInternalException', 'BucketFault'],
  [500, 'InternalError', 'BucketFault'],
  [502, '', 'BucketFault'],
  [504, '', 'BucketFault'],
];

/** None of them passes by itself: the problem after one try. */
const final: readonly (readonly [...RefusalCase, string])[] = [
  [400, 'InvalidRequest', noSseC, 'ObjectEncrypted'],
  [
    400,
    'InvalidArgument',
    'Requests specifying Server Side Encryption with Customer provided keys must',
    'ObjectEncrypted',
  ],
  [400, 'InvalidRequest', 'SSE-C key required', 'ObjectEncrypted'],
  [400, 'ResourceIsEncryptedWithCustomerEncryptionKey', '', 'ObjectEncrypted'],
  [400, 'InvalidRequest', 'S3 Transfer Acceleration is not configured on this bucket', 'ObjectRefused'],
  [400, 'InvalidArgument', 'Requests specifying Server Side Encryption with AWS KMS managed keys', 'ObjectRefused'],
  [400, 'SomethingNew', noSseC, 'ObjectRefused'],
  [400, 'KMS.DisabledException', 'arn:aws:kms:eu-west-1:1:key/SECRET is disabled.', 'KmsKeyUnusable'],
  [400, 'KMS.KMSInvalidStateException', 'is pending deletion.', 'KmsKeyUnusable'],
  [400, 'KMS.NotFoundException', 'Invalid keyId', 'KmsKeyUnusable'],
  [400, 'KMS.AccessDeniedException', '', 'AccessDenied'],
  [403, 'InvalidObjectState', '', 'InvalidObjectState'],
  [400, 'InvalidObjectState', '', 'InvalidObjectState'],
  [403, 'RequestTimeTooSkewed', '', 'BucketMisconfigured'],
  [400, 'ExpiredToken', '', 'BucketMisconfigured'],
  [400, 'AuthorizationHeaderMalformed', '', 'BucketMisconfigured'],
  [400, 'IllegalLocationConstraintException', '', 'BucketMisconfigured'],
  [400, '', '', 'BucketMisconfigured'],
  [400, 'BadRequest', '', 'BucketMisconfigured'],
  [400, 'KeyTooLongError', '', 'NoSuchKey'],
];

const xml = (code: string, message: string) => `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
const reply = ([status, code, message]: RefusalCase) => rawReply(status, {}, xml(code, message));

describe('a refusal', () => {
  let server: RawServer;
  afterEach(() => server.close());

  async function read(refused: RefusalCase, times: number): Promise<string> {
    server = await rawServer((socket, request) => {
      if (request.index < times) socket.write(reply(refused));
      else good(socket, request);
    });
    return told(bucketAt(server.endpoint).fetch(refTo('a.jpg'), { start: 0, end: 100 }, null, soon(5000)), [0, 100]);
  }

  test.each(passing)('%i %s is tried again, three times in all: %s', async (status, code, want) => {
    expect(await read([status, code, ''], Number.POSITIVE_INFINITY)).toBe(want);
    expect(server.requests).toHaveLength(3);
  });

  test.each(passing)('%i %s twice: the third try succeeds', async (status, code) => {
    expect(await read([status, code, ''], 2)).toBe('right');
    expect(server.requests).toHaveLength(3);
  });

  test.each(final)('%i %s (%s) is not: %s', async (status, code, message, want) => {
    expect(await read([status, code, message], Number.POSITIVE_INFINITY)).toBe(want);
    expect(server.requests).toHaveLength(1);
  });
});
