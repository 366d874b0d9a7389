// Lambda: requests from API Gateway (REST and HTTP API), a Function URL or an ALB.
import { lambdaHttpTriggers } from '../lib/trigger';
import { processEnv, readConfig } from '../service/config/config';
import { createHandler } from '../service/create-handler';
import { createRun } from '../service/job-runner';

/** Settings are read when the file is loaded: a wrong setting stops the deployment, not a request. */
export const handler = createHandler(lambdaHttpTriggers, createRun(readConfig(processEnv)));
