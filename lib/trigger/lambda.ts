// The doors of Lambda. Exactly one matches an event (test/lib/trigger/lists.test.ts).

import type { Trigger } from '../types';
import { alb } from './alb';
import { functionUrl } from './function-url';
import { httpApi1 } from './http-api-1';
import { httpApi2 } from './http-api-2';
import { restApi } from './rest-api';

/** HTTP events of Lambda. */
export const lambdaHttpTriggers: readonly Trigger[] = [functionUrl, httpApi2, httpApi1, restApi, alb];
