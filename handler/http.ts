// Lambda: API Gateway REST and HTTP API, Function URL, ALB.
import { lambdaHttpTriggers } from '../lib/trigger';
import { processEnv, readConfig } from '../service/config/config';
import { createHandler } from '../service/create-handler';
import { createRun } from '../service/run';

/** The function's entry. Settings are read when it is loaded, so that a bad one stops the deployment, not a request. */
export const handler = createHandler(lambdaHttpTriggers, createRun(readConfig(processEnv)));
