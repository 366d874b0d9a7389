// Tencent SCF event function: Function URL and API-Gateway-shaped events, uploads to COS. Its replies to the former end up
// in the platform's logs; the Web function (server.ts) does not have that flaw.
import { scfTriggers } from '../lib/trigger';
import { processEnv, readConfig } from '../service/config/config';
import { createHandler } from '../service/create-handler';
import { createRun } from '../service/run';

/** The function's entry, by the name that SCF expects. */
export const main_handler = createHandler(scfTriggers, createRun(readConfig(processEnv)));
