// The doors of an SCF event function. Exactly one matches an event (test/lib/trigger/lists.test.ts).

import type { Trigger } from '../types';
import { scfApiGateway } from './scf-api-gateway';
import { scfFunctionUrl } from './scf-function-url';

/** HTTP events of an SCF event function. */
export const scfTriggers: readonly Trigger[] = [scfFunctionUrl, scfApiGateway];
