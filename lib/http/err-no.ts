// The numeric reasons of `X-ErrNo`, from the list that COS / CI publishes. It does not say which status goes with which number;
// only those are here whose meaning is plain. Numbers of things that do not exist here (styles, accounts in arrears, documents,
// original image protection -154) are left out.
import type { ProblemCode } from '../problem';

/** The number of each code that has one. */
export const errNos: Readonly<Partial<Record<ProblemCode, number>>> = {
  // the request is not recognised
  OperationMissing: -103,
  OperationUnknown: -103,
  // its URL, its Host
  InvalidURI: -106,
  KeyMissing: -106,
  HostUnknown: -107,
  // the object: too many bytes, over the size limit, a format that does not fit, resolution or frames
  ImageTooLarge: -167,
  ThumbnailTooLarge: -167,
  TooManyPixels: -442,
  NotAnImage: -443,
  DamagedImage: -443,
  BudgetExceeded: -443,
  ThumbnailDamaged: -443,
  SideTooLong: -447,
  TooManyFrames: -447,
  FrameCountTooHigh: -447,
  // the origin does not answer in time
  Timeout: -902,
  RangeNotSatisfiable: -29034,
  SlowDown: -29214,
  EmptyObject: -40168,
  NoSuchBucket: -46152,
  NoSuchKey: -46628,
};
