// Tencent SCF event function: Function URL and API-Gateway-shaped events, uploads to COS. Its replies to the former end up
// in the platform's logs; the Web function (server.ts) does not have that flaw.
import { scfTriggers } from '../lib/trigger/scf';
import { processEnv, readConfig } from './config';
import { createHandler } from './create';
import { createRun } from './run';

/** The function's entry, by the name that SCF expects. */
export const main_handler = createHandler(scfTriggers, createRun(readConfig(processEnv)));
