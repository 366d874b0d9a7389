// The lists of triggers, one list for each kind of entry point. One trigger at most of a list opens an event (see
// test/lib/trigger/lists.test.ts). A bundle contains only the triggers of the lists that it uses.

import type { Trigger } from '../types';
import { alb } from './alb';
import { functionUrl, httpApi1, httpApi2, restApi } from './api-gateway';
import { cosEvent } from './cos-event';
import { eventBridge } from './eventbridge';
import { s3Batch1, s3Batch2 } from './s3-batch';
import { s3Notification } from './s3-notification';
import { scfApiGateway, scfFunctionUrl } from './scf-http';
import { sns, sqs } from './sqs-sns';

/** HTTP requests to a Lambda function. */
export const lambdaHttpTriggers: readonly Trigger[] = [functionUrl, httpApi2, httpApi1, restApi, alb];

/** Objects written to S3 or removed from it, for a Lambda function. */
export const lambdaUploadTriggers: readonly Trigger[] = [s3Notification, eventBridge, sqs, sns];

/** Tasks of S3 Batch Operations, for a Lambda function. */
export const lambdaBatchTriggers: readonly Trigger[] = [s3Batch1, s3Batch2];

/** HTTP requests and COS uploads, for an SCF event function. */
export const scfTriggers: readonly Trigger[] = [scfFunctionUrl, scfApiGateway, cosEvent];
