// Lambda: API Gateway REST and HTTP API, Function URL, ALB.
import { lambdaHttpTriggers } from '../lib/trigger/lambda';
import { processEnv, readConfig } from './config';
import { createHandler } from './create';
import { createRun } from './run';

/** The function's entry. Settings are read when it is loaded, so that a bad one stops the deployment, not a request. */
export const handler = createHandler(lambdaHttpTriggers, createRun(readConfig(processEnv)));
