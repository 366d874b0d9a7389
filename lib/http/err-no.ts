// The numbers of `X-ErrNo`, from the list that COS / CI publishes. That list does not say which status belongs to a number, so
// this table has only numbers with a clear meaning. It leaves out numbers for features that this service does not have (styles,
// accounts in arrears, documents, original image protection -154).
import type { ProblemCode } from '../problem';

/** The number of each code that has one. */
export const errNos: Readonly<Partial<Record<ProblemCode, number>>> = {
  // the operation is not known
  OperationMissing: -103,
  OperationUnknown: -103,
  // the URL, the Host
  InvalidURI: -106,
  KeyMissing: -106,
  HostUnknown: -107,
  // the object: too many bytes, over the size limit, a format that does not fit, resolution or frames
  ImageTooLarge: -167,
  ThumbnailTooLarge: -167,
  PreviewTooLarge: -167,
  TooManyPixels: -442,
  NotAnImage: -443,
  DamagedImage: -443,
  BudgetExceeded: -443,
  ThumbnailDamaged: -443,
  PreviewDamaged: -443,
  SideTooLong: -447,
  TooManyFrames: -447,
  FrameCountTooHigh: -447,
  // the store does not answer in time
  Timeout: -902,
  RangeNotSatisfiable: -29034,
  SlowDown: -29214,
  EmptyObject: -40168,
  NoSuchBucket: -46152,
  NoSuchKey: -46628,
};
