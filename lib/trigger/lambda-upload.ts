// The doors of Lambda for uploads. Exactly one matches an event (test/lib/trigger/lists.test.ts).

import type { Trigger } from '../types';
import { eventBridge } from './eventbridge';
import { s3Notification } from './s3-notification';
import { sns } from './sns';
import { sqs } from './sqs';

/** Events that tell of objects written to S3 or removed from it. */
export const lambdaUploadTriggers: readonly Trigger[] = [s3Notification, eventBridge, sqs, sns];
