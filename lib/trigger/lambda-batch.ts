// The doors of the Lambda that S3 Batch Operations invoke. Exactly one matches an event.

import type { Trigger } from '../types';
import { s3Batch1, s3Batch2 } from './s3-batch';

/** Invocations by S3 Batch Operations. */
export const lambdaBatchTriggers: readonly Trigger[] = [s3Batch1, s3Batch2];
