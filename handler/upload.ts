// Lambda: S3 notification, EventBridge, SQS, SNS. Each event keeps the cache as the bucket is.
import { lambdaUploadTriggers } from '../lib/trigger';
import { unreadMessages } from '../lib/trigger/sqs-sns';
import { processEnv, readConfig } from '../service/config/config';
import { invalid } from '../service/config/setting';
import { createHandler, type Handler } from '../service/create-handler';
import { writeLog } from '../service/log';
import { createEventRun } from '../service/run';

const config = readConfig(processEnv);
if (config.cache.location === null) throw invalid('EXIF_CACHE', 'is not set: uploads are followed for a cache only');
const handle = createHandler(lambdaUploadTriggers, createEventRun(config));

/** The function's entry. Settings are read when it is loaded, so that a bad one loses no event: each comes again. */
export const handler: Handler = async (event, context) => {
  // They are no jobs, so nothing else tells of them until they are found in the dead-letter queue.
  for (const id of unreadMessages(event)) {
    writeLog({
      level: 'error',
      id,
      door: 'sqs',
      code: 'InternalError',
      problem: 'Cannot read a message: unknown form',
    });
  }
  return handle(event, context);
};
