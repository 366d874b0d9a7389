// SCF event function: requests from its Function URL or Tencent API Gateway, and uploads to COS. The platform logs every reply
// in full, EXIF included; it does not log the replies of the Web function (web.ts).
import { scfTriggers } from '../lib/trigger';
import { processEnv, readConfig } from '../service/config/config';
import { createHandler } from '../service/create-handler';
import { createRun } from '../service/job-runner';

/** SCF expects this name. Settings are read when the file is loaded. */
export const main_handler = createHandler(scfTriggers, createRun(readConfig(processEnv)));
