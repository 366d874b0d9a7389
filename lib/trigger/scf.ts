// The doors of an SCF event function: requests, and uploads to COS. Exactly one matches an event (test/lib/trigger/lists.test.ts).

import type { Trigger } from '../types';
import { cosEvent } from './cos-event';
import { scfApiGateway } from './scf-api-gateway';
import { scfFunctionUrl } from './scf-function-url';

/** Events of an SCF event function. */
export const scfTriggers: readonly Trigger[] = [scfFunctionUrl, scfApiGateway, cosEvent];
