// The one table of the codes of problems: what callers see for each. Apart from the error type, which browsers load, too.

import type { ProblemCode } from './problem';

type ErrorRow = Readonly<{
  /** HTTP status. */
  status: number;
  /** Code of the wire contract, in the XML and JSON bodies. */
  code: string;
  /** Text for callers. It never contains a value from outside. */
  message: string;
  /** Whether a later try may succeed. */
  retry?: true;
}>;

/** The row of each code. */
export const problems: Readonly<Record<ProblemCode, ErrorRow>> = {
  // the request
  BadRequest: {
    status: 400,
    code: 'BadRequest',
    message: 'The request is not valid HTTP. Percent-encode all but ASCII in the path.',
  },
  HeadersTooLong: { status: 431, code: 'BadRequest', message: 'The request line and headers are too long.' },
  RequestTimeout: { status: 408, code: 'RequestTimeout', message: 'The request took too long to arrive.' },
  // No client receives this answer: the status is only for the log.
  ClientClosed: { status: 499, code: 'RequestTimeout', message: 'The client closed the connection before the answer.' },
  InvalidURI: { status: 400, code: 'InvalidURI', message: 'The path or query is not valid percent-encoded UTF-8.' },
  KeyMissing: { status: 400, code: 'InvalidURI', message: 'The path names no object: request GET /<ObjectKey>?exif.' },
  KeyTooLong: { status: 400, code: 'KeyTooLong', message: 'Your key is too long.' },
  OperationMissing: {
    status: 400,
    code: 'InvalidRequest',
    message: 'No operation: add ?exif to the object key. This service never answers the image itself.',
  },
  // Callers get a longer text, the `safeDetail` of `unknown` in lib/http/operation.ts.
  OperationUnknown: { status: 400, code: 'InvalidArgument', message: 'Unknown operation. Supported: exif.' },
  OperationRepeated: { status: 400, code: 'InvalidArgument', message: 'The query names more than one operation.' },
  QueryTooLong: { status: 400, code: 'InvalidArgument', message: 'The query is too long or has too many parameters.' },
  VersionUnsupported: { status: 400, code: 'InvalidArgument', message: 'versionId is not supported.' },
  MethodNotAllowed: {
    status: 405,
    code: 'MethodNotAllowed',
    message: 'The specified method is not allowed against this resource.',
  },
  // Callers get a longer text, the `safeDetail` of `malformed` in lib/http/batch-request.ts.
  BatchMalformed: { status: 400, code: 'InvalidArgument', message: 'The body is not a list of keys.' },
  BodyTooLarge: { status: 413, code: 'EntityTooLarge', message: 'The body is larger than the limit of a batch.' },
  AnswerFull: {
    status: 503,
    code: 'ResponseTooLarge',
    message: 'The answer is full. Ask for the remaining keys in another request.',
    retry: true,
  },
  // access control
  BodyMismatch: {
    status: 400,
    code: 'XAmzContentSHA256Mismatch',
    message: 'The provided x-amz-content-sha256 is not the hash of the body.',
  },
  SignatureMissing: {
    status: 403,
    code: 'AccessDenied',
    message: 'Access Denied: the object is private and the request is not signed.',
  },
  CallerUnchecked: {
    status: 403,
    code: 'AccessDenied',
    message: 'Access Denied: the platform did not check the caller.',
  },
  AuthorizationMalformed: { status: 400, code: 'InvalidArgument', message: 'The signature is malformed.' },
  AuthorizationAmbiguous: {
    status: 400,
    code: 'InvalidArgument',
    message: 'The request has more than one signature.',
  },
  AuthorizationUnsupported: {
    status: 400,
    code: 'InvalidArgument',
    message: 'This kind of signature is not supported: sign as COS (q-sign-algorithm=sha1) or AWS4-HMAC-SHA256.',
  },
  TokenUnsupported: {
    status: 403,
    code: 'AccessDenied',
    message: 'Temporary credentials (security tokens) are not supported: sign with a permanent key.',
  },
  SignatureExpired: { status: 403, code: 'AccessDenied', message: 'Request has expired' },
  RequestTimeTooSkewed: {
    status: 403,
    code: 'RequestTimeTooSkewed',
    message: 'The time of the request and the time of the server are too far apart.',
  },
  LifetimeTooLong: {
    status: 403,
    code: 'AccessDenied',
    message: 'The signature is valid for a longer time than this service allows.',
  },
  HostUnsigned: { status: 403, code: 'AccessDenied', message: 'The header host must be signed.' },
  HostUnknown: {
    status: 403,
    code: 'AccessDenied',
    message: 'Signed requests are not answered for this host name: it is not in EXIF_HOSTS.',
  },
  HeaderUnsigned: {
    status: 403,
    code: 'AccessDenied',
    message: 'Every x-amz-, x-cos- and x-ci- header must be signed.',
  },
  ParameterUnsigned: {
    status: 403,
    code: 'AccessDenied',
    message: 'Every x-amz-, x-cos- and x-ci- parameter must be signed.',
  },
  OperationUnsigned: { status: 403, code: 'AccessDenied', message: 'The operation must be signed.' },
  KeyUnknown: { status: 403, code: 'InvalidAccessKeyId', message: 'The access key id is unknown.' },
  SignatureDoesNotMatch: {
    status: 403,
    code: 'SignatureDoesNotMatch',
    message: 'The signature is wrong: the request, the key id and the secret give another one.',
  },
  PolicyDenied: { status: 403, code: 'AccessDenied', message: 'Access Denied: the key may not read this object.' },
  KeysUnavailable: {
    status: 503,
    code: 'ServiceUnavailable',
    message: 'The signature could not be checked. Please try again.',
    retry: true,
  },
  // the object
  NoSuchBucket: { status: 404, code: 'NoSuchBucket', message: 'The specified bucket does not exist.' },
  NoSuchKey: { status: 404, code: 'NoSuchKey', message: 'The specified key does not exist.' },
  AccessDenied: { status: 403, code: 'AccessDenied', message: 'Access Denied.' },
  InvalidObjectState: {
    status: 403,
    code: 'InvalidObjectState',
    message: 'The object is archived and must be restored first.',
  },
  ObjectEncrypted: {
    status: 400,
    code: 'InvalidRequest',
    message: 'The object is encrypted with a key of its owner (SSE-C), which this service does not have.',
  },
  KmsKeyUnusable: {
    status: 400,
    code: 'InvalidRequest',
    message: 'The KMS key that the object is encrypted with is disabled, deleted or cannot be used.',
  },
  ObjectRefused: {
    status: 400,
    code: 'InvalidRequest',
    message: 'The store refuses to return this object.',
  },
  EmptyObject: { status: 400, code: 'InvalidImageSource', message: 'The object is empty.' },
  ImageTooLarge: { status: 400, code: 'ImageTooLarge', message: 'The object is larger than the limit.' },
  TooManyPixels: {
    status: 400,
    code: 'ImageResolutionExceed',
    message: 'The image has more pixels than the limit.',
  },
  TooManyFrames: {
    status: 400,
    code: 'ImageResolutionExceed',
    message: 'All frames of the image together have more pixels than the limit.',
  },
  FrameCountTooHigh: {
    status: 400,
    code: 'ImageResolutionExceed',
    message: 'The animation has more frames than the limit.',
  },
  SideTooLong: {
    status: 400,
    code: 'ImageResolutionExceed',
    message: 'The image is wider or higher than the limit.',
  },
  NotAnImage: {
    status: 400,
    code: 'InvalidImageFormat',
    message: 'The object is not an image of a supported format.',
  },
  DamagedImage: {
    status: 400,
    code: 'InvalidImageFormat',
    message: 'The image is damaged before its EXIF.',
  },
  BudgetExceeded: {
    status: 400,
    code: 'InvalidImageFormat',
    message: 'Reading the headers of the image needs more requests or bytes than the limit.',
  },
  PreconditionFailed: {
    status: 412,
    code: 'PreconditionFailed',
    message: 'A condition of the request (If-Match or If-Unmodified-Since) is not met.',
  },
  // the thumbnail
  ThumbnailMissing: { status: 404, code: 'NoSuchThumbnail', message: 'The image has no thumbnail in its EXIF.' },
  ThumbnailDamaged: {
    status: 400,
    code: 'InvalidImageFormat',
    message: 'The thumbnail is not a JPEG, is damaged, or lies outside the EXIF.',
  },
  ThumbnailTooLarge: {
    status: 400,
    code: 'ImageTooLarge',
    message: 'The thumbnail in the EXIF is larger than the limit.',
  },
  ThumbnailUnturned: {
    status: 501,
    code: 'NotImplemented',
    message: 'This service cannot turn thumbnails. Request ?exif/thumbnail: it returns the thumbnail as stored.',
  },
  PreviewMissing: {
    status: 404,
    code: 'NoSuchPreview',
    message: 'The image has no preview or thumbnail that is a JPEG.',
  },
  PreviewDamaged: {
    status: 400,
    code: 'InvalidImageFormat',
    message: 'The previews in the image are damaged, or are not JPEGs that can be shown.',
  },
  PreviewTooLarge: {
    status: 400,
    code: 'ImageTooLarge',
    message: 'The preview in the image is larger than the limit.',
  },
  PreviewUnturned: {
    status: 501,
    code: 'NotImplemented',
    message: 'This service cannot turn previews. Request ?exif/preview: it returns the preview as stored.',
  },
  // the store
  ObjectChanged: {
    status: 503,
    code: 'ServiceUnavailable',
    message: 'The object changed while it was read. Please try again.',
    retry: true,
  },
  SlowDown: { status: 503, code: 'SlowDown', message: 'Please reduce your request rate.', retry: true },
  Timeout: {
    status: 503,
    code: 'ServiceUnavailable',
    message: 'The object could not be read in time. Please try again.',
    retry: true,
  },
  BucketFault: {
    status: 503,
    code: 'ServiceUnavailable',
    message: 'The object could not be read. Please try again.',
    retry: true,
  },
  BucketMisconfigured: { status: 500, code: 'InternalError', message: 'We encountered an internal error.' },
  RangeNotSatisfiable: { status: 416, code: 'InvalidRange', message: 'The requested range cannot be satisfied.' },
  // events of platforms
  BucketUnknown: {
    status: 404,
    code: 'NoSuchBucket',
    message: 'No bucket of this name is configured, or more than one is.',
  },
  // caches and sinks: only an event can fail with these codes, never a request
  CacheFault: {
    status: 503,
    code: 'ServiceUnavailable',
    message: 'The cache could not be reached. Please try again.',
    retry: true,
  },
  SinkFault: {
    status: 503,
    code: 'ServiceUnavailable',
    message: 'A sink could not be reached, or refused a message. Please try again.',
    retry: true,
  },
  // this service
  ConfigInvalid: { status: 500, code: 'InternalError', message: 'We encountered an internal error.' },
  InternalError: { status: 500, code: 'InternalError', message: 'We encountered an internal error.' },
};
