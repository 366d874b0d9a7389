// The doors of each platform. Exactly one of a list matches an event of its platform (test/lib/trigger/index.test.ts).

import type { Trigger } from '../types';
import { alb } from './alb';
import { functionUrl } from './function-url';
import { httpApi1 } from './http-api-1';
import { httpApi2 } from './http-api-2';
import { restApi } from './rest-api';
import { scfApiGateway } from './scf-api-gateway';
import { scfFunctionUrl } from './scf-function-url';

/** HTTP events of Lambda. */
export const lambdaHttpTriggers: readonly Trigger[] = [functionUrl, httpApi2, httpApi1, restApi, alb];

/** HTTP events of an SCF event function. */
export const scfTriggers: readonly Trigger[] = [scfFunctionUrl, scfApiGateway];
