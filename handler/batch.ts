// Lambda: S3 Batch Operations. Each task warms the cache for one object.
import { lambdaBatchTriggers } from '../lib/trigger';
import { processEnv, readConfig } from '../service/config/config';
import { invalid } from '../service/config/setting';
import { createHandler } from '../service/create-handler';
import { createEventRun } from '../service/run';

const config = readConfig(processEnv);
if (config.cache.location === null) throw invalid('EXIF_CACHE', 'is not set: tasks are done for a cache only');

/** The function's entry. Settings are read when it is loaded, so that with a bad one every task fails, and comes again. */
export const handler = createHandler(lambdaBatchTriggers, createEventRun(config));
