// The one error type and its codes. lib/problem-table.ts has what callers see for each code.

/** Codes of errors whose cause is the bytes of the object or its size: they last until the object or a setting changes. */
const lasting = [
  'ObjectEncrypted',
  'EmptyObject',
  'ImageTooLarge',
  'TooManyPixels',
  'TooManyFrames',
  'FrameCountTooHigh',
  'SideTooLong',
  'NotAnImage',
  'DamagedImage',
] as const;

export type ProblemCode =
  | (typeof lasting)[number]
  | 'BadRequest'
  | 'HeadersTooLong'
  | 'RequestTimeout'
  | 'ClientClosed'
  | 'InvalidURI'
  | 'KeyMissing'
  | 'KeyTooLong'
  | 'OperationMissing'
  | 'OperationUnknown'
  | 'OperationRepeated'
  | 'QueryTooLong'
  | 'VersionUnsupported'
  | 'MethodNotAllowed'
  | 'BatchMalformed'
  | 'BodyTooLarge'
  | 'AnswerFull'
  | 'BodyMismatch'
  | 'SignatureMissing'
  | 'CallerUnchecked'
  | 'AuthorizationMalformed'
  | 'AuthorizationAmbiguous'
  | 'AuthorizationUnsupported'
  | 'TokenUnsupported'
  | 'SignatureExpired'
  | 'RequestTimeTooSkewed'
  | 'LifetimeTooLong'
  | 'HostUnsigned'
  | 'HostUnknown'
  | 'HeaderUnsigned'
  | 'ParameterUnsigned'
  | 'OperationUnsigned'
  | 'KeyUnknown'
  | 'SignatureDoesNotMatch'
  | 'PolicyDenied'
  | 'KeysUnavailable'
  | 'NoSuchBucket'
  | 'NoSuchKey'
  | 'AccessDenied'
  | 'InvalidObjectState'
  | 'KmsKeyUnusable'
  | 'ObjectRefused'
  | 'BudgetExceeded'
  | 'PreconditionFailed'
  | 'ThumbnailMissing'
  | 'ThumbnailDamaged'
  | 'ThumbnailTooLarge'
  | 'ThumbnailUnturned'
  | 'PreviewMissing'
  | 'PreviewDamaged'
  | 'PreviewTooLarge'
  | 'PreviewUnturned'
  | 'ObjectChanged'
  | 'SlowDown'
  | 'Timeout'
  | 'BucketFault'
  | 'BucketMisconfigured'
  | 'RangeNotSatisfiable'
  | 'BucketUnknown'
  | 'CacheFault'
  | 'SinkFault'
  | 'ConfigInvalid'
  | 'InternalError';

/** The code of an error for the log. An error that is not a ProblemError is a bug: `InternalError`. */
export function problemCode(error: unknown): ProblemCode {
  return error instanceof ProblemError ? error.code : 'InternalError';
}

/** Whether a text (it may come from a cache) is the code of an error that lasts as long as the object's bytes. */
export function isLasting(code: string): code is ProblemCode {
  return (lasting as readonly string[]).includes(code);
}

/** Problems with an object that may pass, but that another try of the same event does not solve. */
const ofObject: ReadonlySet<string> = new Set<ProblemCode>([
  'InvalidObjectState',
  'KmsKeyUnusable',
  'ObjectRefused',
  'BudgetExceeded',
]);

/** Whether an event with this problem is not tried again, because the cause is the object. */
export function isOfObject(code: string): boolean {
  return ofObject.has(code);
}

/**
 * The error that stops a job. `message` is for the log: the action that failed, with values. Callers see only the row of
 * `code` in lib/problem-table.ts. `safeDetail`, when it is set, replaces the message of that row; `members` are added to the body of the answer.
 */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly safeDetail: string | null;
  readonly members: Readonly<Record<string, string>>;

  constructor(
    readonly code: ProblemCode,
    message: string,
    options: { cause?: unknown; safeDetail?: string; members?: Readonly<Record<string, string>> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.safeDetail = options.safeDetail ?? null;
    this.members = options.members ?? {};
  }
}
