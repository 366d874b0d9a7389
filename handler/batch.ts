// Lambda: tasks of S3 Batch Operations. Each task reads one object into the cache.
import { lambdaBatchTriggers } from '../lib/trigger';
import { processEnv, readConfig } from '../service/config/config';
import { createHandler } from '../service/create-handler';
import { createEventRun } from '../service/job-runner';

/** Settings are read when the file is loaded: with a wrong setting every task fails, and S3 tries it again. */
export const handler = createHandler(lambdaBatchTriggers, createEventRun(readConfig(processEnv)));
