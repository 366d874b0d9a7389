// Lambda: upload events from S3, EventBridge, SQS or SNS. Each event updates the cache.
import { lambdaUploadTriggers } from '../lib/trigger';
import { processEnv, readConfig } from '../service/config/config';
import { createHandler } from '../service/create-handler';
import { createEventRun } from '../service/job-runner';

/** Settings are read when the file is loaded. With a wrong setting no event is lost, because each one is delivered again. */
export const handler = createHandler(lambdaUploadTriggers, createEventRun(readConfig(processEnv)));
